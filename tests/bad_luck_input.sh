# shellcheck shell=sh disable=SC2016,SC2034,SC2086,SC2154,SC3045 # see bad_luck.sh
# Bad luck before a run: the program of the server, directories, disk, limits, scenarios.

# ---- the program of the private server

only_dibs() { PATH=$here/nowhere exec "$@"; }
case_no_server_program() {
    in_the_way=only_dibs
    dibs $small
    fails 1 'no Redis server here: install redis-tools, or name one with --redis-server'
}

case_server_program_missing() {
    dibs $small --redis-server /nonexistent/redis
    fails 1 'cannot run the Redis server /nonexistent/redis: No such file'
}

case_server_program_is_a_directory() {
    dibs $small --redis-server "$here"
    fails 1 "cannot run the Redis server $here"
}

case_server_program_ends() {
    dibs $small --redis-server "$(command -v false)"
    fails 1 'the private Redis server ended with status 1; not a Redis server? false'
}

# Whatever it was to be used for: one line, and nothing is made.
case_no_command_begins_without_a_server() {
    for command in quick 'sweep null' 'sweep all' 'faults --quick' 'claims --quick' 'gate gate' \
        'soak --quick' 'ab --a null --b harbor-23183' gate-proof selfbench; do
        dibs $command --quiet --redis-server "$(command -v false)"
        fails 1 'the private Redis server ended with status 1'
        expect "$command makes nothing" [ "$(ls)" = "$(printf 'err\nout')" ]
    done
}

case_server_program_says_why() {
    printf '#!/bin/sh\necho no licence >&2\nexit 3\n' >server
    chmod +x server
    dibs $small --redis-server ./server
    fails 1 'the private Redis server ended with status 3: no licence'
}

case_server_program_never_answers() {
    printf '#!/bin/sh\nsleep 600\n' >server
    chmod +x server
    dibs $small --redis-server ./server
    fails 1 'the private Redis server did not answer within 10 s'
    expect 'it does not wait for long' soon
}

# ---- directories

case_tmpdir_missing() {
    tmp=$here/nowhere
    dibs $small
    tmp=$here/tmpdir
    fails 1 "cannot use $here/nowhere for temporary files: No such file"
}

case_tmpdir_too_long() {
    long_name=$(printf 'x%.0s' $(seq 90))
    mkdir "$tmp/$long_name"
    tmp=$tmp/$long_name
    dibs $small
    fails 1 '$TMPDIR is too long for a socket in it'
}

# Not even root may make anything in /proc.
case_tmpdir_unwritable() {
    tmp=/proc
    dibs $small
    tmp=$here/tmpdir
    fails 1 'cannot make a directory in /proc'
}

case_tmpdir_is_a_file() {
    : >"$here/file"
    tmp=$here/file
    dibs $small
    tmp=$here/tmpdir
    fails 1 "cannot make a directory in $here/file: Not a directory"
}

case_output_below_a_file() {
    : >file
    dibs $small --out file/results
    fails 1 'cannot make the output directory file/results: Not a directory'
}

case_output_is_a_file() {
    : >o
    dibs $small
    fails 1 'cannot make the output directory o: Not a directory'
}

case_output_unwritable() {
    dibs $small --out /proc/results
    fails 1 'cannot make the output directory /proc/results'
}

in_proc() { cd /proc && exec "$@"; }
case_working_directory_unwritable() {
    in_the_way=in_proc
    dibs quick --quiet --contender null --set items=200
    fails 1 'cannot make the output directory results/' '; --out names another'
}

case_output_exists() {
    mkdir o
    echo '{}' >o/result.json
    echo mine >o/notes
    dibs $small
    succeeds
    expect 'the result is replaced' kept complete complete
    expect 'what is not ours stays' [ "$(cat o/notes)" = mine ]
}

# ---- a full disk: /dev/full is one

case_disk_full_at_the_start() {
    mkdir o
    ln -s /dev/full o/result.json.part
    dibs $small
    fails 1 'cannot write o/result.json: No space left on device'
}

case_disk_full_in_the_middle() {
    link_server
    cat >server <<SERVER
#!/bin/sh
ln -s /dev/full o/result.json.part 2>/dev/null
exec $here/redis-server "\$@"
SERVER
    chmod +x server
    dibs $small --redis-server ./server
    fails 1 'cannot write o/result.json: No space left on device'
    expect 'the result is kept' kept failed complete
}

case_disk_full_at_the_csv() {
    mkdir o
    ln -s /dev/full o/runs.csv
    dibs $small
    fails 1 'o/runs.csv: No space left on device'
    expect 'the result is kept' kept failed complete
}

case_disk_full_at_the_trace() {
    dibs $small --trace /dev/full
    fails 1 'cannot write the trace /dev/full: No space left on device'
    expect 'the result is kept' kept failed complete
}

case_trace_is_a_directory() {
    dibs ${small%--out*} --trace "$here"
    fails 1 "cannot write the trace $here: Is a directory"
    expect 'nothing was begun' [ ! -e results ]
}

small_files() { ulimit -f 16 && exec "$@"; }
case_files_may_not_grow() {
    in_the_way=small_files
    dibs $small --repeat 20
    fails 1 'cannot write o/result.json: File too large'
    expect 'what was there is kept' holds "d['status'] == 'running' and len(d['runs']) < 20"
}

case_stdout_full() {
    (become $small --json) >/dev/full 2>err </dev/null
    status=$?
    fails 1 'cannot write to stdout: No space left on device'
    (become --help) >/dev/full 2>err </dev/null
    status=$?
    fails 1 'cannot write to stdout: No space left on device'
}

# ---- limits

few_files() { ulimit -Sn 64 && exec "$@"; }
case_few_open_files() {
    in_the_way=few_files
    dibs $small --set instances=60
    succeeds
}

# Root may raise a hard limit, unless that is taken from it (CAP_SYS_RESOURCE, 24).
limited() {
    ulimit -n 64 && exec python3 -c '
import ctypes, os, sys
ctypes.CDLL(None).prctl(24, 24, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])' "$@"
}
case_too_few_open_files() {
    in_the_way=limited
    dibs $small --set instances=60
    fails 1 'the limit of open files is 64 and this run needs' 'ulimit -Hn'
}

# As somebody else, where we may and that one reaches the program: root has no such limit.
somebody() {
    exec python3 -c '
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NPROC, (40, 40))
os.setgroups([])
os.setgid(54321)
os.setuid(54321)
os.execvp(sys.argv[1], sys.argv[1:])' "$@"
}
few_processes() { ulimit -u 40 && exec "$@"; }
case_too_few_processes() {
    in_the_way=few_processes
    if [ "$(id -u)" = 0 ]; then
        in_the_way=somebody
        chmod 755 "$here"
        chown -R 54321 "$here"
        (somebody test -x "$program") || { echo 'skipped: only root can run it' && return; }
    fi
    dibs $small
    fails 1 'the limit of processes of this user is 40 and this run needs' 'ulimit -Hu'
}

case_machine_too_small() {
    dibs $small --set items=100000000 --set instances=1000 --contender harbor-2.14
    fails 1 'harbor-2.14 at ' 'memory'
}

# ---- scenarios

case_scenario_missing() {
    dibs run --quiet nowhere.yaml
    fails 2 'nowhere.yaml'
}

case_scenario_empty() {
    : >empty.yaml
    dibs run --quiet empty.yaml
    fails 2 'empty.yaml' 'items'
}

case_scenario_is_a_directory() {
    mkdir folder.yaml
    dibs run --quiet folder.yaml
    fails 2 'folder.yaml' 'Is a directory'
}
