# A wrong command line ends with status 2 and one line on stderr, which says what would be right.
$ dibs
dibs: what to run? try: dibs quick, dibs list, or dibs --help
[2]

$ dibs nonsense
dibs: no command and no scenario is called 'nonsense'; known: run, list, check, sweep, faults, soak, ab, gate, compare, gate-proof, claims, report, selfbench, contended, frontier-all, frontier-sparse, frontier, housekeeper, hpa, idle, long-jobs, migration, million, monitoring, queue-scaler, quick, scale-5-to-8, scale-8-to-3, scaling-instances, scaling-items, steady
[2]

$ dibs quikc
dibs: no command and no scenario is called 'quikc'; did you mean "quick"?
[2]

$ dibs run
dibs: run needs a SCENARIO; dibs list names them
[2]

$ dibs run nope
dibs: there is no scenario 'nope'; known: ab, contended, frontier-all, frontier-sparse, frontier, gate, housekeeper, hpa, idle, long-jobs, migration, million, monitoring, queue-scaler, quick, scale-5-to-8, scale-8-to-3, scaling-instances, scaling-items, steady
[2]

$ dibs run quick extra
dibs: 'extra' is one word too many
[2]

$ dibs --version extra
dibs: 'extra' is one word too many
[2]

$ dibs --man quick
dibs: 'quick' is one word too many
[2]

$ dibs --version --seed 1
dibs: --seed means nothing to '--version'
[2]

$ dibs --help run quick
dibs: 'quick' is one word too many
[2]

$ dibs help run quick
dibs: 'quick' is one word too many
[2]

$ dibs --nonsense
dibs: unknown option --nonsense; dibs --help lists them all
[2]

$ dibs run quick --contendr null
dibs: unknown option --contendr; did you mean --contender?
[2]

$ dibs run quick --contender
dibs: --contender needs a value: LIST
[2]

$ dibs run quick --contender nul
dibs: --contender: "nul" is not a contender; did you mean "null"?
[2]

$ dibs run quick --contender=null,harbor
dibs: --contender: "harbor" is not a contender; known: harbor-2.14, harbor-22572, lock-safe, lock-unfenced, lock-per-item, instance-id, rendezvous, claim-published, claim-drained, claim-dual, harbor-23183, harbor-next, deckard-documented, deckard-renewed, job-queue, in-memory, pop-ack, reliable-list, reliable-list-published, lease, lease-published, stream, bullmq, batch-lease, claim-safe, null, claim-sets
[2]

$ dibs run quick --set
dibs: --set needs a value: KEY=VALUE
[2]

$ dibs run quick --set items
dibs: --set items: expected KEY=VALUE
[2]

$ dibs run quick --set itmes=5
dibs: --set itmes=5: unknown key; did you mean "items"?
[2]

$ dibs run quick --set items=many
dibs: --set items=many: "many" is not a whole number; a whole number from 1 to 100000000 in plain digits would be right
[2]

$ dibs run quick --set items=0
dibs: --set items=0: "0" is out of bounds; a whole number from 1 to 100000000 in plain digits would be right
[2]

$ dibs run quick --set harbor-23183.batch=0
dibs: --set harbor-23183.batch=0: batch: "0" is out of bounds; a whole number from 1 to 100000 in plain digits would be right
[2]

$ dibs run quick --set harbor-23183.bach=10
dibs: --set harbor-23183.bach=10: bach: no such parameter of strategy pop; did you mean "batch"?
[2]

$ dibs run quick --seed -1
dibs: --seed -1: "-1" is out of bounds; a whole number from 0 to 9223372036854775807 in plain digits would be right
[2]

$ dibs run quick --items 100000
dibs: unknown option --items; --set items=100000 would be right
[2]

$ dibs run quick --refresh.statement
dibs: unknown option --refresh.statement; --set refresh.statement=VALUE would be right
[2]

$ dibs run quick --repeat 0
dibs: --repeat 0: "0" is out of bounds; a whole number from 1 to 1000 in plain digits would be right
[2]

$ dibs run quick --placement everywhere
dibs: --placement everywhere: "everywhere" is none of the choices; free, split or one-core would be right
[2]

$ dibs run quick -p 99999
dibs: -p 99999: expected a number from 1 to 65535
[2]

$ dibs run quick -u http://localhost
dibs: http://localhost: expected redis://[[user]:password@]host[:port][/db] or unix://[[user]:password@]/path[?db=N]
[2]

$ dibs list --json
dibs: --json means nothing to 'list'
[2]

$ dibs check quick --out here
dibs: --out means nothing to 'check'
[2]

$ dibs check quick --set upkeep=between_items --contender harbor-23183
dibs: --set upkeep=between_items: no contender here has one; seat would be right
[2]

# A value that is empty, as an unset variable leaves it, is none: it would name another server.
$ dibs run quick -s ''
dibs: -s needs a value: SOCKET
[2]

$ dibs claims --only=
dibs: --only needs a value: LIST
[2]

$ dibs soak --contender ,
dibs: --contender ,: no name; NAME,NAME would be right
[2]

$ mkdir folder; dibs compare folder folder
dibs: unable to open folder/result.json: No such file or directory
[2]

$ dibs report ''
dibs: '': No such file or directory
[2]

$ echo text >README.md; dibs check README.md
dibs: 'README.md' is no scenario; the name of one, or of a .yaml file, would be right
[2]

# Whoever reads may have had enough.
$ mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; dibs list >&4
[1]

# With --json the document on stdout says the same.
$ dibs run quick --set items=many --json 2>/dev/null | grep -E '"(status|exit_status|error)"'
 "status": "failed",
 "exit_status": 2,
 "error": "--set items=many: \"many\" is not a whole number; a whole number from 1 to 100000000 in plain digits would be right",

# What may stand in an event or be expected is said, all of it.
$ dibs check quick --set 'events=at SPOP 3 of 1 nowhere kill'
dibs: --set events=at SPOP 3 of 1 nowhere kill: no point of a command: "nowhere"; before, half-sent, executed or after would be right
[2]

$ dibs check quick --set 'events=at refresh 3 of 1 executed kill'
dibs: --set events=at refresh 3 of 1 executed kill: no point of a command: "executed"; before or after would be right
[2]

$ dibs check quick --set 'events=at 1s kill somebody'
dibs: --set events=at 1s kill somebody: neither a number nor "somebody"; any, all, all-but-one, claim-holder, successor, lock-holder or leader would be right
[2]

$ dibs check quick --set 'events=at 1s kill any if idle'
dibs: --set events=at 1s kill any if idle: unknown condition "idle"; leads, holds-lock or holds would be right
[2]

$ dibs check quick --set 'events=at 1s grow 8'
dibs: --set events=at 1s grow 8: unknown event "grow"; WHEN WHAT, as in "at 90s scale 8" (dibs --help lists both) would be right
[2]

$ dibs check quick --set expect=foo:1
dibs: --set expect=foo:1: "foo" is no figure; known: refreshed, pending, claimed, stranded, dead, lost, lost_max, redundant, redundant_max, failed, unavoidable, needless, recovered, overlap, overlap_max, overlap_s, overlap_depth, lost_updates, stale_writes, stale_rejected, stale_acknowledges, blind_acknowledges, unavailable_s, stalled_s, recovery_s, detection_s, rework_s, fairness, spread, age_max_s, age_p99_9_s, faults_hit, ratio.calls, ratio.memory, ratio.item_cpu, ratio.mark_cpu, ratio.cost, verdict.at_most_once, ... (dibs --help lists them)
[2]

$ dibs check quick --set expect=ratio.cots:1
dibs: --set expect=ratio.cots:1: "ratio.cots" is no figure; did you mean "ratio.cost"?
[2]

$ dibs help rnu
dibs: no command and no scenario is called 'rnu'; did you mean "run"?
[2]
