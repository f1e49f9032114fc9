#!/bin/sh
# Installs into a directory of its own, and runs from there what needs scenarios and plots.
#
#   install.sh CMAKE BUILD_DIRECTORY
set -eu

prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

fail() {
    echo "install: $*"
    exit 1
}

"$1" --install "$2" --prefix "$prefix" >"$prefix/log" || fail "$(cat "$prefix/log")"
unset DIBS_HOME
cd "$prefix"
for file in bin/dibs share/dibs/scenarios/million.yaml share/dibs/plots/page.css \
    share/dibs/schemas/result.schema.json share/dibs/schemas/claims.schema.json \
    share/man/man1/dibs.1; do
    [ -s "$file" ] || fail "$file is not there"
done

# Every option and command of --help is in the manual.
bin/dibs --help | grep -oE '^  (-[a-z], )?--[a-z-]+' | grep -oE '[a-z-]+$' >options
[ "$(wc -l <options)" -gt 15 ] || fail 'hardly an option is listed'
while read -r option; do
    sed 's/\\-/-/g' share/man/man1/dibs.1 | grep -qe "$option" ||
        fail "$option is not in the manual"
done <options
if command -v man >/dev/null && command -v groff >/dev/null; then
    man -l --warnings share/man/man1/dibs.1 >read 2>warnings || fail 'the manual cannot be read'
    [ ! -s warnings ] || fail "$(cat warnings)"
fi

# It uses its own files, not those of the tree that it was built from.
echo '# Only here?' >share/dibs/scenarios/only-here.yaml
echo 'question: Only here?' >>share/dibs/scenarios/only-here.yaml
bin/dibs list | grep -q only-here || fail 'it looks for scenarios elsewhere'
bin/dibs quick --quiet --contender harbor-23183 --set items=200 --set crash_probe_kills=0 \
    --out result >said 2>&1 || fail "$(cat said)"
[ -s result/report.html ] || fail 'it writes no page'
