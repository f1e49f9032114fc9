#!/bin/sh
# The style and the direction of the tree, as a test.
#
#   tidy.sh ROOT COMPILE_COMMANDS              prints what breaks a rule; 1 if anything does
#   tidy.sh --self-test ROOT COMPILE_COMMANDS  breaks each rule in a copy; 1 if one stays silent
#
# Each rule_X prints the offending lines, and nothing when all is well; plant_X breaks it.
# shellcheck disable=SC2046,SC2086,SC2317 # lists of files; functions called by name
set -u
export LC_ALL=C.UTF-8

rules='direction doors blanks columns machine banned exits state compiled question'

text() {
    find . \( -name .git -o -name 'build*' -o -name results \) -prune -o -type f \( \
        -name '*.[cht]' -o -name '*.sh' -o -name '*.py' -o -name '*.gp' -o -name '*.md' \
        -o -name '*.json' -o -name '*.yaml' -o -name '*.yml' -o -name '*.txt' -o -name run \
        -o -name dibs -o -name .clang-format -o -name .gitignore \) -print
}

code() { find "$@" -name '*.[ch]'; }
product() { code strategies sim bench | grep -vx bench/main.c; }

# includes_but ALLOWED DIRECTORY: lines that include something of ours but what is allowed.
includes_but() { grep -nE '^ *# *include *"' $(code $2) | grep -vE "include *\"($1)/"; }

# bench -> sim -> strategies, and nothing includes tests.
rule_direction() {
    includes_but 'strategies' strategies
    includes_but 'strategies|sim' sim
    includes_but 'strategies|sim|bench' bench
    grep -nE '^ *# *include *<(tests|bench|sim|strategies)/' $(code strategies sim bench tests)
}
plant_direction() { echo '#include "sim/run.h"' >strategies/offence.c; }

# Each library has one door: one .c file that includes it.
rule_doors() {
    for library in hiredis yaml jansson; do
        files=$(grep -lE "^ *# *include *[<\"]${library}[./]" $(code strategies sim bench))
        case $files in
        *.c) [ $(echo "$files" | wc -l) = 1 ] || echo "$library is included by" $files ;;
        *) echo "$library is included by no .c file, but by:" $files ;;
        esac
    done
}
plant_doors() { echo '#include <yaml.h>' | tee bench/offence.c >sim/offence.c; }

rule_blanks() { grep -nE "$(printf '\t')|[[:space:]]\$" $(text); }
plant_blanks() { printf 'int offence; \n' >sim/offence.h; }

rule_columns() { grep -nE '^.{101,}' $(text | grep -vE '\.(md|t|json)$'); }
plant_columns() { printf '/* %0100d */\n' 0 >sim/offence.h; }

# Paths that only one machine has.
rule_machine() { grep -nE '(^|[^[:alnum:]_./])/(home|root|work|mnt|Users)/' $(text); }
plant_machine() { printf 'x: /%s/someone\n' home >scenarios/offence.yaml; }

rule_banned() {
    names='system|popen|strcpy|strcat|sprintf|vsprintf|atoi|atol|atof|gets|strtok|alloca'
    grep -nE "(^|[^[:alnum:]_])($names) *\(" $(code strategies sim bench tests)
}
plant_banned() { echo 'int n = atoi("1");' >tests/offence.c; }

rule_exits() { grep -nE '(^|[^[:alnum:]_])(exit|quick_exit) *\(' $(product); }
plant_exits() { echo 'void f(void) { exit(1); }' >sim/offence.c; }

# Nothing at file scope can change (hiredis asks for its table of functions without const).
rule_state() {
    grep -nE '^static [^()]*[;={]' $(product) |
        grep -vE '[^[:alnum:]_]const |static redisReplyObjectFunctions '
}
plant_state() { echo 'static int n = 1;' >strategies/offence.c; }

rule_compiled() {
    for file in $(code strategies sim bench tests | grep '\.c$'); do
        grep -qF "/$file\"" "$commands" || echo "$file is not compiled"
    done
}
plant_compiled() { echo 'int n;' >bench/offence.c; }

# A scenario opens with what it asks.
rule_question() {
    for file in scenarios/*.yaml; do
        head -n 1 "$file" | grep -qE '^# .*\?$' || echo "$file: its first line asks no question"
    done
}
plant_question() { echo 'items: 1' >scenarios/offence.yaml; }

check() {
    broken=0
    for rule in $rules; do
        found=$("rule_$rule")
        [ -z "$found" ] && continue
        printf '%s:\n%s\n' "$rule" "$found"
        broken=1
    done
    return $broken
}

# In a subshell, so that the copy is left before it is removed.
notices() (
    cp -R strategies sim bench tests scenarios "$copy" && cd "$copy" || exit
    "plant_$1"
    "rule_$1" | grep offence
)

self_test() {
    silent=0
    for rule in $rules; do
        copy=$(mktemp -d) || return
        notices "$rule" || { echo "$rule stays silent" && silent=1; }
        rm -rf "$copy"
    done
    return $silent
}

action=check
if [ "$1" = --self-test ]; then
    action=self_test
    shift
fi
commands=$(readlink -f "$2")
cd "$1" && "$action"
