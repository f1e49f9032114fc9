# What --help and --version say, on stdout and with status 0.
$ dibs --version
dibs VERSION

$ dibs --version 2>&1 >/dev/null

$ dibs --help
dibs runs ways of sharing work between instances against a real Redis and shows
side by side what each costs and what each loses.

Usage: dibs COMMAND [OPTIONS]
  run SCENARIO          runs the scenario's contenders and shows what each costs and loses
  list                  strategies, contenders, promises, parameters; scenarios and their questions
  check SCENARIO        reads a scenario without running it; says what it would need
  sweep CONTENDER       breaks an instance at each of its commands; all sweeps every contender
  faults                every contender under every fault of the catalogue: a matrix of verdicts
  soak                  who checks the checker: sound contenders, killed writers, leaks; takes long
  ab                    repeats --a and --b in randomised pairs until one is slower, or surely not
  gate SCENARIO         compares what a lockstep run costs with a baseline, integer by integer
  compare BASE NEW      compares two results: counts of lockstep runs; times as advice
  gate-proof            measures how often ab and gate are wrong; can be made in pieces
  claims                measures every statement of the published documents: a verdict on each
  report RESULT...      rebuilds the page from results (directories or .json), without Redis
  selfbench             measures dibs itself against redis-cli and redis-benchmark
  SCENARIO              short for run SCENARIO: a file, or a name that dibs list names

From the source tree, ./dibs installs what is missing and builds first:
  ./dibs test           builds with sanitizers and runs all tests
  ./dibs --no-install COMMAND
                        lists what is missing and stops instead

About
  --help                this text (-h is the host, never help)
  --man                 the same as a manual page, in troff
  --version             the version, and nothing else

What is run
  --contender LIST      these contenders instead of the scenario's: names with commas, or all
  --set KEY=VALUE       any key of the scenario, or CONTENDER.PARAMETER=VALUE; may be repeated
  --seed N              short for --set seed=N; of a soak, this seed alone
  --repeat N            short for --set repeats=N
  --placement P         short for --set placement=P: free, split or one-core
  --fault KIND          what a sweep does at each point: crash (default), connection or pause
  --role ROLE           whose commands a sweep goes through: worker or upkeep (default: both)
  --baseline FILE       what a gate compares with (the scenario's file, as .baseline)
  --update-baseline     write what is measured into it
  --a SPEC              what ab compares with: contender[,key=value]...[,server=PATH]
  --b SPEC              what ab compares with it
  --target P            slowdown in percent that a PASS excludes (5)
  --max-time TIME       undecided after it is inconclusive, a claim not measured (15min)
  --blocks N            blocks that a gate-proof records, half of them under load (400)
  --quick               claims and soaks at a smaller size, or 8 faults, within 2 minutes
  --only LIST           these claims alone: ids with commas
  --redis-server PATH   program of the private server (another Redis, Valkey)

What is written
  --out DIR             directory of the results, replacing any (results/<scenario>-<time>)
  --json                the result document on stdout, and nothing else there
  --markdown FILE       the comparison in Markdown (also added to $GITHUB_STEP_SUMMARY)
  --junit FILE          the comparison as a report of tests
  --trace FILE          events of the runs as lines of JSON
  --quiet               no progress, no estimate: results and errors only

Your own server instead of a private one (options as redis-cli has them)
  -h HOST               host name (127.0.0.1)
  -p PORT               port (6379)
  -s SOCKET             Unix socket, wins over -h
  -a, --pass PASSWORD   password (the environment's REDISCLI_AUTH keeps it out of sight)
  --user NAME           user of the password
  -u URI                redis://[[user]:password@]host[:port][/db] or unix:///path; wins
  -n DB                 database number (0)
  --remove-leftovers    remove what an interrupted run of dibs left in that database

Environment
  REDISCLI_AUTH         password of your own server
  TMPDIR                where private servers live (/tmp)
  NO_COLOR              no colour in tables
  DIBS_HOME             directory with scenarios/ and plots/

Exit status (when several apply, the first of these)
  130  interrupted; what was measured until then is kept and marked
  1    could not run: binary, server, database, memory, disk, directory
  2    usage: the command line or a scenario is wrong
  5    not trustworthy: books do not balance; a soak is unsure, or finds dibs wrong
  3    a declared promise, or what a scenario expects, was broken
  4    regression
  6    unknown or inconclusive
  7    not comparable
  0    good

Keys of a scenario
question           the question that the scenario asks
                   one line of 0 to 159 bytes; default: nothing
kind               the items: what producers mark, or the rounds of periodic tasks
                   marks or task_rounds; default: marks
items              how many items there are; of task rounds, as many as the cycles hold
                   a whole number from 1 to 100000000 in plain digits; required
instances          processes that share the items
                   a whole number from 1 to 1000 in plain digits; required
workers            seats of each instance that run cycles
                   a whole number from 1 to 64 in plain digits; default: 1
vendor             of every item
                   1 to 31 letters, digits, _ - .; default: GARBAGE_COLLECTION
cycle              time from one wake of an instance to its next
                   a duration (500ms, 30s, 5min, 1h) from 1ms to 24h; default: 30s
wake               when each instance first wakes
                   aligned, spread or a list of offsets (0s, 5s), one for each instance; default: aligned
cycles             cycles that are run
                   until_drained or a whole number from 1 to 1000000 in plain digits; default: 1
round_bound        a round is stopped after this; none: it runs to its end
                   none or a duration (500ms, 30s, 5min, 1h) from 1ms to 24h; default: none
mode               lockstep: a seeded baton passes between the seats, time is virtual
                   concurrent or lockstep; default: concurrent
upkeep             who runs it: a seat of its own, or the worker between items when it is due
                   seat or between_items; default: seat
placement          cores of server and clients: any, apart, or one for both
                   free, split or one-core; default: free
time_scale         divides every duration but watchdog's
                   a number from 1 to 100000 in plain digits; default: 1
producers.count    processes that mark items while the instances run
                   a whole number from 0 to 64 in plain digits; default: 0
producers.rate     marks a second of published time, all producers together
                   a number from 0 to 10000000 in plain digits; default: 0
producers.again    share of the marks that go to items already marked
                   a number from 0 to 1 in plain digits; default: 0
producers.marks    marks of all producers; 0: as many as the cycles hold
                   a whole number from 0 to 1000000000 in plain digits; default: 0
producers.seeded   share of the items that is marked before the start
                   a number from 0 to 1 in plain digits; default: 1
producers.migrated share of all marks in the new form, where there is an older one
                   a number from 0 to 1 in plain digits; default: 1
refresh.statement  time of each database statement
                   a duration (500ms, 30s, 5min, 1h) from 0s to 1h; default: 0us
refresh.failures   share of the refreshes that fail
                   a number from 0 to 1 in plain digits; default: 0
refresh.broken     items whose refresh always fails; needs round_bound
                   a whole number from 0 to 1000000000 in plain digits; default: 0
refresh.unchecked  the database does not compare the revision that was read
                   yes or no; default: no
journal            every refresh is written down; auto: where there are events
                   auto, yes or no; default: auto
deployment         what makes the instances, and so their host names
                   statefulset, deployment or compose; default: statefulset
restart            time until a killed instance is back, doubled each time
                   deployment or a duration (500ms, 30s, 5min, 1h) from 1ms to 24h; default: deployment
environment        published environment variables of the instances
                   a list of: NAME=VALUE, or on N NAME=VALUE for instance N alone; default: nothing
events             what happens to the deployment while it runs
                   a list of: WHEN WHAT, as in "at 90s scale 8" (dibs --help lists both); default: nothing
scaler.kind        what changes the number of instances by itself
                   none, hpa or queue; default: none
scaler.min         instances at least
                   a whole number from 1 to 1000 in plain digits; default: 2
scaler.max         instances at most
                   a whole number from 1 to 1000 in plain digits; default: 10
scaler.period      time between two looks of the scaler
                   a duration (500ms, 30s, 5min, 1h) from 1ms to 24h; default: 15s
scaler.stabilize   time for which a smaller size must have been enough
                   a duration (500ms, 30s, 5min, 1h) from 0s to 24h; default: 300s
scaler.target      hpa: CPU of an instance over its request
                   a number from 0 to 10 in plain digits; default: 0.7
scaler.request     hpa: CPU request of an instance in cores
                   a number from 0 to 64 in plain digits; default: 0.1
scaler.depth       queue: pending items over which it grows
                   a whole number from 1 to 100000000 in plain digits; default: 1000
observe.enabled    run the documents' own monitoring on a connection of its own
                   yes or no; default: no
observe.interval   time between two looks of every probe
                   published or a duration (500ms, 30s, 5min, 1h) from 1ms to 24h; default: published
seed               of the schedule and all that is drawn by lot
                   a whole number from 0 to 9223372036854775807 in plain digits; default: 1
repeats            runs of each contender
                   a whole number from 1 to 1000 in plain digits; default: 1
vary.instances     run with each of these numbers of instances, all else being the same
                   a list of whole numbers, at most 32; default: nothing
vary.items         run with each of these numbers of items, all else being the same
                   a list of whole numbers, at most 32; default: nothing
crash_probe_kills  kills of each contender that measure what a crash takes with it
                   a whole number from 0 to 100 in plain digits; default: 10
entry_race_cycles  aligned cycles that count how many instances enter a lock at once
                   a whole number from 0 to 100000 in plain digits; default: 0
lease              each contender's time runs so that its shortest lease is this; the rest is real
                   none or a duration (500ms, 30s, 5min, 1h) from 100ms to 1h; default: none
converge           how long nothing more is served before it is given up; auto: 30s, or some leases
                   auto or a duration (500ms, 30s, 5min, 1h) from 1ms to 24h; default: auto
watchdog           real time without progress after which a run is ended
                   a duration (500ms, 30s, 5min, 1h) from 1s to 1h; default: 60s
beside             contenders that all others are set in ratio to, with commas
                   one line of 0 to 95 bytes; default: nothing
expect             what must come of it, else the exit status is 3
                   FIGURE: BOUND (0, <= 20, > 0.9) and verdict.NAME: pass, of all or as CONTENDER: {...} (dibs --help lists them); default: nothing
contenders         what is compared
                   a list of names, each alone or as {name: NAME, PARAMETER: VALUE}; required

Events: WHEN WHAT; instances are numbered from 0, commands and refreshes from 1
  WHEN           at TIME; of a fault also at SHARE% (of the work), [randomly] every TIME [from
                 TIME] [until TIME] [N times], or, of kill, pause and cut, without their WHO,
                 at COMMAND N of [upkeep] INSTANCE POINT
  POINT          before, half-sent, executed or after; of the COMMAND "refresh" before or after
  scale          N [gap TIME]: so many instances run from then on
  stop           N [within TIME]: instance N is stopped, and killed after TIME
  restart        [gap TIME]: all instances, one after the other
  migrate        SHARE (0 to 1): this share of the marks has the new form from then on
  rollback       [gap TIME]: the migration is undone
  kill           WHO [if CONDITION] [back TIME|never] [as same|new]: SIGKILL of an instance
  pause          WHO [if CONDITION] for TIME: SIGSTOP, then SIGCONT
  slow           WHO by FACTOR [for TIME]: its database statements take so many times as long
  cut            WHO by client, or by server: connections are closed
  withhold       WHO for TIME [then retry|abandon]: its client waits in vain for a reply
  fail           SHARE% [once] [for TIME]: the refreshes of these items fail
  poison         N [for TIME]: so many items kill whoever works on them
  redis stall    for TIME: SIGSTOP of the server
  redis restart  [empty|lose N bytes] [after TIME]: SIGKILL, then with (most of) its AOF
  redis delete   PATTERN [of TYPE]: keys are gone
  WHO            a number, any, all, all-but-one, claim-holder, successor, lock-holder or leader
  CONDITION      leads, holds-lock or holds N (items in hand at least)

Expectations: FIGURE: BOUND (0, <= 20, > 0.9); of a verdict pass, fail, unknown or not_promised
  refreshed, pending, claimed, stranded, dead, lost, lost_max, redundant, redundant_max, failed
  unavoidable, needless, recovered, overlap, overlap_max, overlap_s, overlap_depth, lost_updates
  stale_writes, stale_rejected, stale_acknowledges, blind_acknowledges, unavailable_s, stalled_s
  recovery_s, detection_s, rework_s, fairness, spread, age_max_s, age_p99_9_s, faults_hit
  ratio.calls, ratio.memory, ratio.item_cpu, ratio.mark_cpu, ratio.cost, verdict.at_most_once
  verdict.at_least_once, verdict.effectively_once, verdict.mutual_exclusion, verdict.lost_update
  verdict.owner_checked, verdict.liveness

# Of one command; -h is the host, never help.
$ dibs sweep --help
Usage: dibs sweep CONTENDER [OPTIONS]
  breaks an instance at each of its commands; all sweeps every contender

What is run
  --fault KIND          what a sweep does at each point: crash (default), connection or pause
  --role ROLE           whose commands a sweep goes through: worker or upkeep (default: both)
  --redis-server PATH   program of the private server (another Redis, Valkey)

What is written
  --out DIR             directory of the results, replacing any (results/<scenario>-<time>)
  --json                the result document on stdout, and nothing else there
  --quiet               no progress, no estimate: results and errors only

dibs --help has the rest: all commands, keys of a scenario, events, exit status

$ dibs help check
Usage: dibs check SCENARIO [OPTIONS]
  reads a scenario without running it; says what it would need

What is run
  --contender LIST      these contenders instead of the scenario's: names with commas, or all
  --set KEY=VALUE       any key of the scenario, or CONTENDER.PARAMETER=VALUE; may be repeated
  --seed N              short for --set seed=N; of a soak, this seed alone
  --repeat N            short for --set repeats=N
  --placement P         short for --set placement=P: free, split or one-core

dibs --help has the rest: all commands, keys of a scenario, events, exit status

$ dibs help | sed -n 1p
dibs runs ways of sharing work between instances against a real Redis and shows

$ dibs -h
dibs: -h needs a value: HOST; --help is help
[2]
