# shellcheck shell=sh disable=SC2034,SC2086,SC2154,SC3045 # see bad_luck.sh
# Bad luck during a run: signals, deaths, hangs, and readers that have gone away.

# ---- the user gives up

interrupted() {
    fails 130 'interrupted; what was measured until now is kept'
    expect 'it ends soon' soon
    expect 'the result' kept interrupted interrupted
    expect 'it is partial' holds "0 < r['items']['refreshed'] < 20000 and d['exit_status'] == 130"
    expect 'how to get its charts' grep -q '^dibs report .* draws the charts' out
}

# A shell starts what runs in the background with INT ignored; `--default-signal` undoes that.
not_ignored() { exec env --default-signal=INT "$@"; }
case_interrupt() {
    in_the_way=not_ignored
    begin $long
    kill -INT $dibs
    end
    interrupted
}

case_interrupt_inherited_as_ignored() {
    begin $long
    expect 'INT is ignored where dibs comes from' ignores_int
    kill -INT $dibs
    end
    interrupted
}
ignores_int() { sh -c 'grep -q "^SigIgn:.*[2367abef]\$" /proc/self/status' & wait $!; }

# There, INT reaches the whole group of dibs.
leading_a_group() {
    exec python3 -c 'import os, sys; os.setpgid(0, 0); os.execv(sys.argv[1], sys.argv[1:])' "$@"
}
case_interrupt_at_the_terminal() {
    in_the_way=leading_a_group
    begin $long
    kill -s INT -- -$dibs
    end
    interrupted
}

case_interrupt_twice() {
    begin $long
    kill -INT $dibs
    kill -INT $dibs
    kill -TERM $dibs
    end
    interrupted
}

case_terminate() {
    begin $long
    kill -TERM $dibs
    end
    interrupted
}

case_interrupt_while_the_server_hangs() {
    begin $long
    kill -STOP "$(private_server)"
    kill -INT $dibs
    end
    fails 130 'interrupted'
    expect 'it ends soon' soon
    expect 'the result' kept interrupted interrupted
}

case_interrupt_between_contenders() {
    become $small --contender harbor-2.14,harbor-23183 --repeat 100 >out 2>err </dev/null &
    dibs=$!
    expect 'a run is over' await holds "len(d['runs']) > 0"
    kill -INT $dibs
    end
    fails 130 'interrupted'
    expect 'the result' holds "d['status'] == 'interrupted'"
    expect 'finished runs are kept' holds "d['runs'][0]['status'] == 'complete'"
}

# sweep_until N WORD...: sweeps, interrupted as the Nth of its servers begins.
sweep_until() {
    link_server
    cat >server <<SERVER
#!/bin/sh
echo >>$here/servers
[ \$(wc -l <$here/servers) -lt $1 ] || ! mkdir $here/told || kill -INT \$(cat $here/pid)
exec $here/redis-server "\$@"
SERVER
    chmod +x server
    shift
    in_the_way=telling_its_pid
    document=sweep.json
    dibs sweep "$@" --quiet --out o --redis-server "$PWD/server"
    expect 'it was told' [ -d "$here/told" ]
}
telling_its_pid() { exec sh -c 'echo $$ >../pid; exec "$@"' sh "$@"; }

# Six worlds go on side by side, so that at the twelfth six are over.
case_interrupt_in_a_sweep() {
    sweep_until 12 harbor-2.14
    fails 130 'harbor-2.14: interrupted'
    expect 'it is marked' holds "d['status'] == 'interrupted' and \
        d['error'].startswith('interrupted')"
    expect 'some points are kept' holds "d['points'] and all(p['command'] for p in d['points'])"
    expect 'and counted' holds "d['signature'].pop('points') == len(d['points']) and \
        sum(d['signature'].values()) == len(d['points'])"
    expect 'nothing is drawn of them' [ "$(ls o)" = sweep.json ]
    expect 'those points are shown' grep -Eq '^worker +1 ' out
    expect 'as a part' grep -q '^harbor-2.14: this is a part$' out
}

# The first contender has 29 worlds.
case_interrupt_between_sweeps() {
    sweep_until 40 all
    fails 130 ': interrupted'
    expect 'the last one is marked' holds "d['sweeps'][-1]['status'] == 'interrupted'"
    expect 'the others are kept' \
        holds "{s['status'] for s in d['sweeps'][:-1]} == {'complete'} and d['sweeps'][0]['points']"
}

# ---- dibs dies

# dies_of SIGNAL [CHILD]: while that child is stopped.
dies_of() {
    begin $long
    [ $# = 1 ] || kill -STOP "$($2)"
    kill -"$1" $dibs
    end 2>/dev/null
    expect 'all is gone' await nothing_left
    expect 'the result is marked' kept running
}

case_killed() {
    dies_of KILL
}

case_killed_while_an_instance_is_stopped() {
    dies_of KILL an_instance
}

case_killed_while_the_server_is_stopped() {
    dies_of KILL private_server
}

case_hung_up() {
    dies_of HUP
}

# ---- what dibs has started dies, or hangs

case_private_server_dies() {
    begin $long
    kill -KILL "$(private_server)"
    end
    fails 1 'harbor-23183: the private Redis server was ended by signal 9 (Killed)'
    expect 'it ends soon' soon
    expect 'the result' kept failed failed
    expect 'it is partial' holds "0 < r['items']['refreshed'] < 20000 and d['exit_status'] == 1"
    expect 'it is sound' holds "0 <= r['redis']['cpu_seconds'] < 1000"
}

case_private_server_dies_later() {
    become $small --repeat 1000 >out 2>err </dev/null &
    dibs=$!
    expect 'a run is over' await holds "len(d['runs']) > 1"
    expect 'it fails' await fails_without_its_server
    end
    fails 1 'harbor-23183: ' 'the private Redis server was ended by signal 9 (Killed)'
    expect 'the result' holds "d['status'] == r['status'] == 'failed'"
    expect 'finished runs are kept' holds "d['runs'][0]['status'] == 'complete'"
}
# One that was about to end anyway is not missed: then it is the next one's turn.
fails_without_its_server() {
    kill -KILL "$(private_server)"
    holds "d['status'] == 'failed'"
}

case_janitor_dies() {
    begin $small --set items=400 --set refresh.statement=1ms --set harbor-23183.batch=20
    kill -KILL "$(janitor)"
    end
    succeeds
    expect 'the result' kept complete complete
}

# The run goes on without it, and what it shows is not to be trusted.
loses_one() {
    expect 'its status' ends 5
    expect 'one line' says_one_line
    expect 'what it says' says 'harbor-23183: not trustworthy: '
    expect 'what it says' says "$1"
    expect 'it leaves nothing' nothing_left
    expect 'the result' kept complete complete
    expect 'it is marked' holds "not r['trustworthy'] and any('$1' in x for x in r['reasons'])"
}
lasting="$small --json --set instances=3 --set items=900 --set harbor-23183.batch=20"
lasting="$lasting --set refresh.statement=5ms"

case_instance_dies() {
    begin $lasting
    kill -KILL "$(an_instance)"
    end
    loses_one 'instance 2 was ended by signal 9, which nobody ordered'
}

case_instance_hangs() {
    begin $lasting --set watchdog=4s
    kill -STOP "$(an_instance)"
    end
    loses_one 'instance 2 made no progress for 4 s and was ended (watchdog)'
}

# ---- who reads, and what is closed

# A pipe that nobody reads, whatever SIGPIPE would do.
to_nobody() {
    exec python3 -c '
import os, signal, sys
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
reader, writer = os.pipe()
os.close(reader)
os.dup2(writer, 1)
os.execv(sys.argv[1], sys.argv[1:])' "$@"
}
case_reader_has_gone() {
    in_the_way=to_nobody
    for form in --json ''; do
        dibs $small $form
        expect 'its status' ends 1
        expect 'it has nothing to say' says_nothing
        expect 'it leaves nothing' nothing_left
        expect 'the result is on disk' kept complete complete
    done
}

without_stdin() { exec "$@" <&-; }
case_stdin_closed() {
    in_the_way=without_stdin
    dibs $small
    succeeds
    expect 'the result' kept complete complete
}

without_stdout() { exec "$@" >&-; }
case_stdout_closed() {
    in_the_way=without_stdout
    dibs $small
    fails 1 'cannot write to stdout: Bad file descriptor'
    expect 'the result is on disk, and nothing is mixed in' kept complete complete
}

without_all() { exec "$@" <&- >&- 2>&-; }
case_all_closed() {
    in_the_way=without_all
    dibs $small
    expect 'its status' ends 1
    expect 'it leaves nothing' nothing_left
    expect 'the result is on disk, and nothing is mixed in' kept complete complete
}

# ---- company

case_two_at_once() {
    alone='quick --quiet --contender harbor-23183 --set items=200 --set instances=2'
    become $alone >out 2>err </dev/null &
    first=$!
    become $alone >out2 2>err2 </dev/null &
    second=$!
    wait $first
    expect 'the first ends well' [ $? = 0 ]
    wait $second
    expect 'the second ends well' [ $? = 0 ]
    expect 'neither complains' [ ! -s err ] && expect '' [ ! -s err2 ]
    expect 'it leaves nothing' nothing_left
    expect 'each has a folder' [ "$(echo results/*/result.json | wc -w)" = 2 ]
    for results in results/*; do expect 'the result' kept complete complete; done
}
