# shellcheck shell=sh disable=SC2034,SC2086,SC2094,SC2154,SC2317 # see bad_luck.sh
# A server of the user's: reached as redis-cli reaches it, never harmed, and in all its moods.

on_socket="$small -s redis.sock"

# serve_with_data OPTION...: what must be there, unchanged, after all that dibs does.
serve_with_data() {
    serve "$@"
    ln -s "$here/redis.sock" redis.sock
    cli set a:key:of:mine 1 >/dev/null
    cli -n 1 rpush a:list:of:mine a b c >/dev/null
    before=$(cli debug digest)
}
untouched() { [ "$(cli debug digest)" = "$before" ] && [ ${#before} = 40 ]; }

# uses: the run went well, and the server is as it was.
uses() {
    succeeds
    expect 'the result' kept complete complete
    expect 'the books balance' holds "r['trustworthy'] and r['items']['refreshed'] == 200"
    expect 'nothing of ours is left, nothing else is gone' untouched
    expect 'a secret stays one' [ "$(cat out err o/* | grep -c 'hid.*den')" = 0 ]
}

# ---- ways in

case_user_server() {
    serve_with_data
    cli acl setuser alice on '>hid den/@:%' '~dibs:*' '+@all' >/dev/null
    cli config set requirepass hidden >/dev/null
    cli() { redis-cli -s "$here/redis.sock" -a hidden "$@" 2>/dev/null; }

    dibs $small -h 127.0.0.1 -p "$port" --user alice -a 'hid den/@:%' -n 3
    uses
    dibs $small -u "redis://alice:hid%20den%2F%40%3A%25@127.0.0.1:$port/3"
    uses
    export REDISCLI_AUTH=hidden
    dibs $small -s "$here/redis.sock" -n 3
    unset REDISCLI_AUTH
    uses
}

case_user_server_keys_stand_inside_the_prefix() {
    serve_with_data
    redis-cli -s redis.sock monitor >monitor 2>&1 &
    helpers="$helpers $!"
    await grep -q OK monitor
    dibs $small -s redis.sock -n 3
    uses
    expect 'MONITOR saw the marks' await grep -q '"SADD" "dibs:' monitor
    expect 'no key is outside the prefix' \
        [ "$(grep -ciE '"(sadd|spop|srem|del|unlink|set|zadd|hset)" "([^d]|d[^i])' monitor)" = 0 ]
}

# One node that serves all slots refuses what a cluster of many would: a command, or a script, on
# keys of two slots. Items of a deep queue are claimed a page or a set at a time and several, are
# put back, and taken over from one who is killed between a claim and its answer.
case_user_server_is_a_cluster() {
    serve --bind 127.0.0.1 --cluster-enabled yes \
        --cluster-port "$(python3 "$tests/bad_luck_listener.py" free)"
    cli cluster addslotsrange 0 16383 >/dev/null
    expect 'the cluster is up' await has_taken_a_key
    cli del probe >/dev/null
    expect 'keys of two slots are refused' refuses_two_slots
    share_in_a_cluster claim-safe SETRANGE STRLEN LPOP LPUSH BITCOUNT RENAME MGET UNLINK RPUSH
    share_in_a_cluster claim-sets RENAME SUNIONSTORE UNLINK HDEL SMEMBERS SADD
}
share_in_a_cluster() {
    dibs $small -s "$here/redis.sock" --contender "$1" --set items=20000 \
        --set cycle=200ms --set cycles=until_drained --set "$1.lease=300ms" \
        --set refresh.failures=0.01 --set producers.count=1 --set producers.rate=1000 \
        --set producers.marks=200 --set 'events=at EVALSHA 3 of 0 executed kill'
    succeeds
    expect "all are refreshed by $1" \
        holds "r['trustworthy'] and r['items']['refreshed'] == 20000"
    shift
    for command in "$@"; do
        expect "$command was there" holds "'$command' in r['commands']"
    done
}
has_taken_a_key() { [ "$(cli set probe 1)" = OK ]; }
refuses_two_slots() { cli sunion a b | grep -q CROSSSLOT; }

case_user_server_with_other_clients() {
    serve_with_data
    redis-cli -s redis.sock -n 5 -r -1 -i 0.01 incr chat >chat &
    chatter=$!
    helpers="$helpers $chatter"
    await grep -q 1 chat
    dibs $small -s redis.sock -n 3
    kill $chatter && wait $chatter 2>/dev/null
    cli -n 5 del chat >/dev/null
    uses
}

# Books cannot tell calls of the same command apart; so they say that they do not balance.
case_user_server_with_other_clients_that_do_the_same() {
    serve_with_data
    redis-cli -s redis.sock -n 5 -r -1 spop nothing >chat &
    chatter=$!
    helpers="$helpers $chatter"
    await test -s chat
    dibs $small -s redis.sock -n 3 --json --set refresh.statement=1ms
    kill $chatter
    fails 5 'not trustworthy' 'SPOP'
    expect 'the result' kept complete complete
    expect 'nothing else is gone' untouched
}

# ---- no way in

no_way_in() {
    fails 1 "cannot use the server at $1" "$2"
    expect 'at once, or within the bound' soon
    expect 'nothing was begun' [ ! -e o ]
}

case_nobody_listens() {
    listen deaf
    dibs $small -p "$port"
    no_way_in "127.0.0.1:$port" 'Connection refused'
}

case_no_such_socket() {
    dibs $small -s "$here/nowhere.sock"
    no_way_in "$here/nowhere.sock" 'No such file or directory'
}

case_server_says_nothing() {
    listen silent
    dibs $small -p "$port"
    no_way_in "127.0.0.1:$port" 'no reply within'
}

case_server_lets_nobody_in() {
    listen full
    dibs $small -p "$port"
    no_way_in "127.0.0.1:$port" 'timed out'
}

case_server_hangs_up() {
    listen closing
    dibs $small -p "$port"
    no_way_in "127.0.0.1:$port" 'closed the connection'
}

case_server_is_no_redis() {
    listen babbling
    dibs $small -p "$port"
    no_way_in "127.0.0.1:$port" 'Protocol error'
}

case_wrong_password() {
    serve --requirepass right
    for way in '-a wrong' '--pass=wrong' "-u redis://:wrong@127.0.0.1:$port"; do
        dibs $small -p "$port" $way
        expect 'it says why' says WRONGPASS
        expect 'its status' ends 1
        expect 'the secret stays one' [ "$(cat out err | grep -c wrong)" = 0 ]
    done
    export REDISCLI_AUTH=wrong
    dibs $small -p "$port"
    unset REDISCLI_AUTH
    no_way_in "127.0.0.1:$port" 'WRONGPASS'
}

case_no_password() {
    serve --requirepass right
    dibs $small -p "$port"
    no_way_in "127.0.0.1:$port" 'NOAUTH'
}

case_a_password_where_none_is_set() {
    serve
    dibs $small -p "$port" -a needless
    no_way_in "127.0.0.1:$port" 'without any password configured'
}

case_unknown_user() {
    serve
    dibs $small -p "$port" --user nobody -a secret
    no_way_in "127.0.0.1:$port" 'WRONGPASS'
}

case_user_without_rights() {
    serve
    cli acl setuser bob on '>secret' '~*' +@read +ping +auth +select >/dev/null
    dibs $small -p "$port" --user bob -a secret
    no_way_in "127.0.0.1:$port" 'NOPERM'
}

case_no_such_database() {
    serve
    dibs $small -p "$port" -n 99
    no_way_in "127.0.0.1:$port" 'DB index is out of range'
}

case_interrupt_while_the_server_says_nothing() {
    listen silent
    become $small -p "$port" >out 2>err </dev/null &
    dibs=$!
    await has_janitor
    kill -INT $dibs
    end
    fails 130 'interrupted; nothing was begun'
    expect 'it ends soon' soon
    expect 'nothing was begun' [ ! -e o ]
}
has_janitor() { [ -n "$(janitor)" ]; }

# ---- data of others, and of ours

case_database_is_not_empty() {
    serve_with_data
    dibs $on_socket
    fails 1 'database 0 at redis.sock is not empty (1 keys, not ours)' '-n'
    dibs $on_socket -n 1 --remove-leftovers
    fails 1 'database 1 at redis.sock is not empty (1 keys, not ours)' '-n'
    expect 'it is not touched' untouched
}

case_leftovers_are_removed() {
    serve_with_data
    cli -n 3 eval 'for i = 1, 3000 do redis.call("SET", "dibs:" .. i, i) end' 0 >/dev/null
    dibs $on_socket -n 3
    fails 1 'holds 3000 keys of an earlier run of dibs' '--remove-leftovers'
    expect 'nothing is removed unasked' has_keys 3 3000
    dibs $on_socket -n 3 --remove-leftovers
    uses
}

case_leftovers_among_data() {
    serve_with_data
    cli -n 1 set dibs:left 1 >/dev/null
    before=$(cli debug digest)
    dibs $on_socket -n 1 --remove-leftovers
    fails 1 'database 1 at redis.sock is not empty' '-n'
    expect 'nothing is removed' untouched
}

# What SIGKILL leaves in a database of the user's is found and removed by the next run.
case_leftovers_of_a_killed_run() {
    serve_with_data
    begin $long -s redis.sock -n 3
    kill -KILL $dibs
    end 2>/dev/null
    expect 'all processes end' await nothing_left
    dibs $on_socket -n 3
    fails 1 'of an earlier run of dibs' '--remove-leftovers'
    dibs $on_socket -n 3 --remove-leftovers
    uses
}

# On a cluster's node all keys of one command must share a slot: those of a claim bear one tag, and
# what is left behind, all over the slots, goes key by key.
case_node_of_a_cluster() {
    serve --cluster-enabled yes --cluster-port "$(python3 "$tests/bad_luck_listener.py" free)"
    ln -s "$here/redis.sock" redis.sock
    cli cluster addslotsrange 0 16383 >/dev/null
    expect 'all slots are served' await all_slots_are_served
    seq 3000 | sed 's/.*/SET dibs:& &/' | cli >/dev/null
    expect 'keys in many slots' has_keys 0 3000
    for contender in claim-safe batch-lease; do
        dibs $small --contender $contender -s redis.sock --remove-leftovers
        succeeds
        expect 'the books balance' holds "r['trustworthy'] and r['items']['refreshed'] == 200"
        expect 'it ran, and nothing is left' has_keys 0 0
    done
}
all_slots_are_served() { cli cluster info | grep -q state:ok; }

# ---- a server that fails in the middle

case_maxmemory_while_seeding() {
    serve_with_data --maxmemory 3mb --maxmemory-policy noeviction
    dibs $on_socket -n 3 --set items=100000
    fails 1 'seeding: ' 'OOM' 'maxmemory'
    expect 'the result' kept failed failed
    expect 'nothing of ours is left, nothing else is gone' untouched
}

case_maxmemory_in_the_middle() {
    serve_with_data
    begin $long -s redis.sock -n 3 --set producers.count=1 --set producers.rate=1000 \
        --set producers.again=0.5 --set producers.seeded=0.5
    cli config set maxmemory 1 >/dev/null
    end
    fails 1 'harbor-23183: ' 'OOM' 'maxmemory'
    expect 'the result' kept failed failed
    expect 'what was done is kept' holds "r['items']['refreshed'] > 0"
    expect 'nothing of ours is left, nothing else is gone' untouched
}

case_user_server_dies() {
    serve_with_data
    begin $long -s redis.sock -n 3
    kill -KILL $server
    end
    fails 1 'harbor-23183: ' 'closed the connection'
    expect 'it ends soon' soon
    expect 'the result' kept failed failed
    expect 'it is sound' holds "0 <= r['redis']['cpu_seconds'] < 1000"
}

case_user_server_hangs_and_the_user_gives_up() {
    serve_with_data
    begin $long -s redis.sock -n 3
    kill -STOP $server
    kill -INT $dibs
    end
    fails 130 'interrupted'
    expect 'it ends soon' soon
    expect 'the result' kept interrupted interrupted
}

case_user_server_hangs_while_it_is_asked() {
    serve_with_data
    kill -STOP $server
    dibs $on_socket -n 3
    fails 1 'cannot use the server at redis.sock' 'no reply within'
    expect 'it ends soon' soon
}

case_user_interrupts() {
    serve_with_data
    begin $long -s redis.sock -n 3
    kill -INT $dibs
    end
    fails 130 'interrupted'
    expect 'the result' kept interrupted interrupted
    expect 'nothing of ours is left, nothing else is gone' untouched
}
