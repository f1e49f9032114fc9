#!/bin/sh
# The front door, on a machine made of stand-ins: what it looks for, installs, builds and becomes.
#
#   door.sh FRONT_DOOR    names each expectation that does not hold; 1 if one does not
# shellcheck disable=SC2317 # functions called by name
set -u

door=$(readlink -f "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
tree="$scratch/a tree"
bin=$scratch/bin
failed=0

# stand_in NAME: a program that does what stdin says; `did` keeps what it was called with.
stand_in() {
    printf '#!/bin/sh\n[ %s = id ] || echo %s "$@" >>%s/did\n' "$1" "$1" "$scratch" >"$bin/$1"
    cat >>"$bin/$1"
    chmod +x "$bin/$1"
}

# A Debian machine with everything, a root who asks, and a fresh clone.
machine() {
    rm -rf "$tree" "$bin" "$scratch/did"
    mkdir -p "$bin" "$tree/bench" "$tree/sim" "$tree/strategies" "$scratch/elsewhere"
    cp "$door" "$tree/dibs"
    touch "$tree/CMakeLists.txt" "$scratch/did"
    for program in cat chmod date dirname env find flock grep mkdir nproc readlink rm sh tail \
        touch; do
        ln -s "$(command -v "$program")" "$bin/$program"
    done
    for program in cc make pkg-config python3 redis-check-rdb gnuplot ctest; do
        stand_in "$program" </dev/null
    done
    echo 'echo 0' | stand_in id
    echo 'exit 1' | stand_in dpkg-query
    # Installing brings what was taken away.
    echo "case \" \$* \" in *' install '*) mv $scratch/away/* $bin ;; esac" | stand_in apt-get
    ln -s "$(command -v mv)" "$bin/mv"
    stand_in cmake <<'CMAKE'
while [ $# -gt 1 ]; do
    case $1 in
    -S) tree=$2 ;;
    -B) echo "CMAKE_HOME_DIRECTORY:INTERNAL=$tree" >"$2/CMakeCache.txt" && touch "$2/Makefile" ;;
    --build)
        printf '#!/bin/sh\nprintf "[%%s]" "$PWD" "$@"\nexit 7\n' >"$2/dibs"
        chmod +x "$2/dibs"
        ;;
    esac
    shift
done
CMAKE
}

take_away() {
    rm -rf "$scratch/away"
    mkdir "$scratch/away"
    for program; do mv "$bin/$program" "$scratch/away"; done
}

# Calls the front door from elsewhere; sets `status`, and leaves what it said in out and err.
call() {
    (cd "$scratch/elsewhere" && PATH=$bin "$tree/dibs" "$@") >"$scratch/out" 2>"$scratch/err"
    status=$?
}

expect() {
    what=$1
    shift
    "$@" && return
    echo "$situation: $what"
    sed 's/^/    /' "$scratch/out" "$scratch/err" "$scratch/did"
    failed=1
}

says() { grep -qF -- "$1" "$scratch/err"; }
did() { grep -q -- "$1" "$scratch/did"; }
did_not() { ! did "$1"; }
ends() { [ "$status" = "$1" ]; }
silent() { ! [ -s "$scratch/out" ]; }
ran() { [ "$(cat "$scratch/out")" = "[$scratch/elsewhere]$1" ]; }

situation='everything is there'
machine
call run --set 'a b' ''
expect 'the arguments come through as they are' ran '[run][--set][a b][]'
expect 'the status is that of the program' ends 7
expect 'nothing is installed' did_not apt-get
: >"$scratch/did"
call again
expect 'is built once' did_not 'cmake'
expect 'runs again' ran '[again]'
touch -d '1 minute' "$tree/sim/changed.c"
call again
expect 'is configured once' did_not 'cmake .*-S'
expect 'is built when it changed' did 'cmake --build'
expect 'has nothing to say' [ ! -s "$scratch/err" ]

situation='through a symbolic link'
ln -s "$tree/dibs" "$bin/linked"
(cd "$scratch/elsewhere" && PATH=$bin linked x) >"$scratch/out" 2>"$scratch/err"
expect 'finds its tree' ran '[x]'

situation='the tree was moved'
mv "$tree" "$scratch/moved" && tree="$scratch/moved"
: >"$scratch/did"
call x
expect 'is configured anew' did "cmake .*-S $tree"
expect 'runs' ran '[x]'
tree="$scratch/a tree"

situation='a source is saved while it builds'
machine
echo "touch -d '1 minute ago' '$tree/build/begun'" >>"$bin/cmake"
touch "$tree/sim/saved.c"
call x
: >"$scratch/did"
touch -d '30 seconds ago' "$tree/sim/saved.c"
call x
expect 'is built' did 'cmake --build'

situation='a bare machine, root'
machine
take_away cc make cmake pkg-config redis-check-rdb gnuplot
call x
expect 'says what is missing' says 'missing: gcc libc6-dev make cmake pkg-config libhiredis-dev'
expect 'updates the lists' did 'apt-get .*update'
expect 'installs, with the charts' did 'apt-get .*install .*redis-tools gnuplot-nox$'
expect 'keeps stdout to the program' ran '[x]'

situation='a bare machine, --no-install'
machine
take_away cmake gnuplot
call --no-install x
expect 'lists what is missing' says 'missing: cmake gnuplot-nox; as root, type: apt-get update'
expect 'installs nothing' did_not apt-get
expect 'stops' ends 1
expect 'keeps stdout empty' silent

situation='a machine with everything, --no-install'
machine
for position in '--no-install run --set=x' 'run --no-install --set=x' 'run --set=x --no-install'; do
    # shellcheck disable=SC2086 # words
    call $position
    expect "$position: is the front door's own" ran '[run][--set=x]'
done
machine
take_away cmake
call x --no-install
expect 'lists what is missing, from behind' says 'missing: cmake; as root, type: apt-get update'
expect 'installs nothing, from behind' did_not apt-get

situation='a user with sudo'
machine
take_away cmake
echo 'echo 1000' | stand_in id
echo '"$@"' | stand_in sudo
call x
expect 'installs through sudo' did 'sudo env .*apt-get .*install .*cmake'
expect 'runs' ran '[x]'

situation='a user whom sudo refuses'
machine
take_away cmake
echo 'echo 1000' | stand_in id
echo 'exit 1' | stand_in sudo
call x
expect 'says what to type' says 'as root, type: apt-get update && apt-get install'
expect 'stops' ends 1

situation='neither root nor sudo'
rm "$bin/sudo"
call x
expect 'says what to type' says 'as root, type: apt-get update && apt-get install'
expect 'stops' ends 1

situation='not like Debian'
machine
take_away redis-check-rdb apt-get
call x
expect 'lists what is missing' says 'missing: redis-tools'
expect 'stops' ends 1

situation='only gnuplot is missing'
machine
take_away gnuplot
call x
expect 'runs' ran '[x]'
expect 'installs nothing' did_not apt-get

situation='apt-get fails'
machine
take_away cmake
echo 'echo no such package; exit 100' | stand_in apt-get
call x
expect 'shows what apt-get said' says 'no such package'
expect 'stops' ends 1

situation='the build fails'
machine
echo 'echo expected a semicolon; exit 2' | stand_in cmake
call x
expect 'shows the end of the log' says 'expected a semicolon'
expect 'says so' says 'dibs: the build failed'
expect 'stops' ends 1
expect 'keeps stdout empty' silent

situation='two at once'
machine
mkfifo "$scratch/gate"
mv "$bin/cmake" "$bin/real-cmake"
ln -s "$(command -v rmdir)" "$bin/rmdir"
stand_in cmake <<CMAKE
mkdir $scratch/busy || echo overlap >>$scratch/did
read -r go <$scratch/gate
real-cmake "\$@"
rmdir $scratch/busy
CMAKE
(PATH=$bin "$tree/dibs" first >"$scratch/first" 2>&1) &
exec 3>"$scratch/gate" # opens once the first one builds
(PATH=$bin "$tree/dibs" second >"$scratch/second" 2>&1) &
until grep -qs waiting "$scratch/second" || [ "$(grep -c ^cmake "$scratch/did")" -gt 1 ]; do
    :
done
expect 'the second does not build' [ "$(grep -c ^cmake "$scratch/did")" = 1 ]
printf 'go\ngo\ngo\ngo\n' >&3
wait
exec 3>&-
expect 'they build one after the other' did_not overlap
expect 'the first runs' grep -q '\[first\]' "$scratch/first"
expect 'the second runs' grep -q '\[second\]' "$scratch/second"

situation='the tests'
machine
call test -R hist
expect 'builds with sanitizers' did 'cmake .*-DDIBS_SANITIZE=ON'
expect 'gives ctest its options' did 'ctest .*-R hist$'
expect 'ends as ctest does' ends 0

exit $failed
