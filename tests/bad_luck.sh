#!/bin/sh
# Bad input and bad luck, end to end: what dibs says, how it ends, what it keeps and leaves.
#
#   bad_luck.sh PROGRAM              runs every case
#   bad_luck.sh PROGRAM CASE...      runs these
#
# The cases are the functions case_* of bad_luck_*.sh. Each has a folder of its own to work in, a
# $TMPDIR for dibs alone, by which what is left behind is found, and waits for what it can see.
# shellcheck disable=SC2013,SC2034,SC2086,SC2317,SC2329 # words; variables and functions by name
set -u

program=$(readlink -f "$1")
shift
tests=$(dirname "$(readlink -f "$0")")
schema=$(dirname "$tests")/bench/result.schema.json
unset REDISCLI_AUTH DIBS_HOME
export LC_ALL=C

# ---- a case and its surroundings

run_case() {
    here=$(mktemp -d)
    tmp=$here/tmpdir
    mkdir "$tmp" "$here/work"
    echo "$tmp" >"$here/mark"
    cd "$here/work" || exit 1
    failed=0
    helpers=
    trap close_case EXIT
    trap 'exit 130' INT TERM HUP
    "case_$current"
    exit $failed
}

# What should have ended is ended here, but has been told of already.
close_case() {
    for pid in $(left_processes) $helpers; do
        kill -KILL "$pid"
    done 2>/dev/null
    cd / && rm -rf "$here"
}

# expect WHAT COMMAND...: the case fails, and goes on, where the command does.
expect() {
    what=$1
    shift
    "$@" && return
    failed=1
    echo "$current: $what: not so: $*"
    echo "  status ${status-not known}, and this was said:"
    cat out err 2>/dev/null | tail -n 40 | sed 's/^/    /'
    return 1
}

# await COMMAND...: until it holds; false if it does not within what a busy machine may need.
await() {
    tries=2400
    until "$@" 2>/dev/null; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.05
    done
}

# ---- running dibs

# What of the machine is in the way stands in `in_the_way`, a command that becomes its arguments.
become() {
    export TMPDIR="$tmp"
    ${in_the_way-exec} "$program" "$@"
}

# dibs WORD...: to its end; leaves status, took (seconds), and what it said in out and err.
dibs() {
    begun=$(date +%s)
    (become "$@") >out 2>err </dev/null
    status=$?
    took=$(($(date +%s) - begun))
}

# A small run that speaks to Redis, and one that ends by itself only after many minutes.
small='quick --quiet --contender harbor-23183 --set items=200 --set instances=2 --out o'
small="$small --set crash_probe_kills=0"
long="$small --set items=20000 --set refresh.statement=10ms --set harbor-23183.batch=5"

# begin WORD...: starts dibs, and waits until some items have been refreshed.
begin() {
    become "$@" --trace trace >out 2>err </dev/null &
    dibs=$!
    expect 'it begins' await has_claimed_again
}
# Of more claims than instances one was of somebody who was done with the last.
has_claimed_again() { [ "$(grep -c claimed trace)" -gt 3 ]; }

# end: waits for what `begin` has started.
end() {
    begun=$(date +%s)
    wait "$dibs"
    status=$?
    took=$(($(date +%s) - begun))
}

# ---- what was seen

ends() { [ "$status" = "$1" ]; }
# At once, but for what a busy machine takes; else it is a matter of many minutes.
soon() { [ "$took" -le 60 ]; }
silent() { [ ! -s out ]; }
says() { grep -qF -- "$1" err; }
says_nothing() { [ ! -s err ]; }
says_one_line() { [ "$(wc -l <err)" = 1 ] && grep -q '^dibs: ' err; }

# fails STATUS TEXT...: it ended so, with one line on stderr that has the texts; nothing is left.
fails() {
    expect 'its status' ends "$1"
    expect 'one line' says_one_line
    shift
    for text; do expect 'what it says' says "$text"; done
    expect 'it leaves nothing' nothing_left
}

succeeds() {
    expect 'its status' ends 0
    expect 'no complaint' says_nothing
    expect 'it leaves nothing' nothing_left
}

# kept STATUS [RUN_STATUS...]: the result document is valid, and so are it and its runs marked.
kept() {
    python3 "$tests/validate_result.py" "$schema" "${results-o}/result.json" &&
        holds "[d['status']] + [run['status'] for run in d['runs']] == '$*'.split()"
}

# holds EXPRESSION: it is true of the result document d and its last run r.
holds() {
    python3 - "${results-o}/${document-result.json}" "$1" <<'PYTHON'
import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
r = d["runs"][-1] if d.get("runs") else None
sys.exit(not eval(sys.argv[2]))
PYTHON
}

# ---- processes: known by $TMPDIR in their environment or, as Redis writes over that, their title

left_processes() {
    grep -lsaFf "$here/mark" /proc/[0-9]*/environ /proc/[0-9]*/cmdline | cut -d/ -f3 | sort -u
}

nothing_left() {
    [ -z "$(left_processes)" ] && [ -z "$(ls -A "$tmp")" ]
}

# children PATTERN: those of the dibs that was begun, by the name they go by.
children() {
    for pid in $(cat "/proc/$dibs/task/$dibs/children"); do
        read -r name <"/proc/$pid/comm"
        # shellcheck disable=SC2254 # a pattern
        case $name in $1) echo "$pid" ;; esac
    done
}
an_instance() { children dibs | tail -n 1; }
private_server() { children 'redis-*'; }
janitor() { children dibs-janitor; }

# ---- servers that are not ours

# Both names are of one program, which goes by what it is called.
link_server() {
    ln -s "$(command -v redis-server || command -v redis-check-rdb)" "$here/redis-server"
}

# serve OPTION...: a Redis, at $port and $here/redis.sock, until the case ends.
serve() {
    link_server
    for try in 1 2 3; do
        port=$(python3 "$tests/bad_luck_listener.py" free)
        "$here/redis-server" --port "$port" --unixsocket "$here/redis.sock" --dir "$here" \
            --save '' --enable-debug-command yes "$@" >"$here/redis.log" 2>&1 &
        server=$!
        await has_answered_or_ended
        kill -0 $server 2>/dev/null && helpers="$helpers $server" && return
    done
    expect "a server starts ($try times)" false
}
has_answered_or_ended() {
    redis-cli -s "$here/redis.sock" ping 2>&1 | grep -q 'PONG\|NOAUTH' || ! kill -0 $server
}
cli() { redis-cli -s "$here/redis.sock" "$@" 2>/dev/null; }
has_keys() { [ "$(cli -n "$1" dbsize)" = "$2" ]; }

# listen KIND: something at $port that is no Redis; see bad_luck_listener.py.
listen() {
    python3 "$tests/bad_luck_listener.py" "$1" >"$here/port" &
    helpers="$helpers $!"
    await test -s "$here/port"
    port=$(cat "$here/port")
}

# ---- which cases

for file in "$tests"/bad_luck_*.sh; do
    # shellcheck source=/dev/null
    . "$file"
done
# shellcheck disable=SC2046 # names are words
[ $# -gt 0 ] || set -- $(sed -n 's/^case_\([a-z0-9_]*\)() .*/\1/p' "$tests"/bad_luck_*.sh)
worst=0
for current; do
    (run_case) || worst=1
done
exit $worst
