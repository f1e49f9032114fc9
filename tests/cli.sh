#!/bin/sh
# Golden transcripts of the command line: every command of a transcript is run again, and what it
# says and how it ends must be what the transcript holds.
#
#   cli.sh PROGRAM TRANSCRIPT           prints the difference; 1 if there is one
#   cli.sh --update PROGRAM TRANSCRIPT  writes down what is said now, to be read before a commit
#
# A transcript:  # what is shown
#                $ dibs --no-such-option
#                what it says, stdout and stderr as they come, without what varies (see `steady`)
#                [2]                          its exit status, unless it is 0
set -eu

update=no
if [ "$1" = --update ]; then
    update=yes
    shift
fi
program=$(readlink -f "$1")
transcript=$(readlink -f "$2")
tree=$(dirname "$(dirname "$(readlink -f "$0")")")

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
trap 'exit 130' INT TERM
mkdir "$here/bin" "$here/work"
ln -s "$program" "$here/bin/dibs"
export PATH="$here/bin:$PATH" LC_ALL=C TERM=dumb HOME="$here" TMPDIR="$here"
unset REDISCLI_AUTH DIBS_HOME GITHUB_ACTIONS GITHUB_STEP_SUMMARY
cd "$here/work"

# What differs between two runs that are the same.
steady() {
    sed -E -e "s|$here/work|HERE|g" -e "s|$here|SCRATCH|g" -e "s|$tree|TREE|g" \
        -e 's/[0-9]{8}-[0-9]{6}/TIME/g' -e 's/^dibs [0-9]+\.[0-9]+\.[0-9]+/dibs VERSION/' \
        -e 's/^( "environment": \{).+\}/\1MACHINE}/' -e 's/[[:space:]]+$//'
}

# The transcript as it would be written now: comments and commands stay, the rest is what is said.
replay() {
    gap=
    while IFS= read -r line; do
        case $line in
        '# '*) printf "$gap%s\n" "$line" && gap= ;;
        '$ '*)
            printf "$gap%s\n" "$line" && gap='\n'
            status=0
            sh -c "${line#??}" </dev/null >"$here/said" 2>&1 || status=$?
            steady <"$here/said"
            [ "$status" = 0 ] || echo "[$status]"
            ;;
        esac
    done
}

replay <"$transcript" >"$here/now"
if [ "$update" = yes ]; then
    cat "$here/now" >"$transcript"
elif ! diff -u "$transcript" "$here/now"; then
    echo "If that is meant: $0 --update $program $transcript"
    exit 1
fi
