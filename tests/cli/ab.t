# What ab and gate-proof are asked for: one line, and nothing is run.
$ dibs ab
dibs: ab needs --a SPEC and --b SPEC: contender[,key=value]...[,server=PATH]
[2]

$ dibs ab --a harbor-23183
dibs: ab needs --a SPEC and --b SPEC: contender[,key=value]...[,server=PATH]
[2]

$ dibs ab --a harbor-2318 --b harbor-23183
dibs: --a: no contender is called 'harbor-2318'; did you mean "harbor-23183"?
[2]

$ dibs ab --a harbor-23183 --b harbor-23183,bach=1
dibs: --b: bach: no such parameter of strategy pop; did you mean "batch"?
[2]

$ dibs ab --a harbor-23183 --b harbor-23183,batch=0
dibs: --b: batch: "0" is out of bounds; a whole number from 1 to 100000 in plain digits would be right
[2]

$ dibs ab --a harbor-23183 --b harbor-23183,batch
dibs: --b: 'batch': expected contender[,key=value]...[,server=PATH]
[2]

$ dibs ab --a harbor-23183 --b harbor-23183,server=
dibs: --b: 'server=': expected contender[,key=value]...[,server=PATH]
[2]

$ dibs ab --a , --b harbor-23183
dibs: --a: no contender is called ''; known: harbor-2.14, harbor-22572, lock-safe, lock-unfenced, lock-per-item, instance-id, rendezvous, claim-published, claim-drained, claim-dual, harbor-23183, harbor-next, deckard-documented, deckard-renewed, job-queue, in-memory, pop-ack, reliable-list, reliable-list-published, lease, lease-published, stream, bullmq, batch-lease, claim-safe, null, claim-sets
[2]

$ dibs ab --a harbor-23183 --b harbor-23183 --target 0
dibs: --target 0: a number of percent from 0.1 to 100 would be right
[2]

$ dibs ab --a harbor-23183 --b harbor-23183 --target five
dibs: --target five: a number of percent from 0.1 to 100 would be right
[2]

$ dibs ab --a harbor-23183 --b harbor-23183 --max-time soon
dibs: --max-time soon: a duration (90s, 15min) would be right
[2]

$ dibs ab --a harbor-23183 --b harbor-23183 --set items=0
dibs: --set items=0: "0" is out of bounds; a whole number from 1 to 100000000 in plain digits would be right
[2]

$ dibs ab --a harbor-23183 --b harbor-23183 --set mode=lockstep
dibs: ab: lockstep has no times to compare; mode: concurrent would be right
[2]

$ dibs ab --a harbor-23183 --b deckard-documented
dibs: --b: deckard-documented: its items are task rounds, this scenario's are marks; contenders of its kind would be right
[2]

$ dibs ab --a harbor-23183 --b harbor-23183,server=./none
dibs: cannot run the Redis server ./none: No such file or directory
[1]

$ dibs ab --a harbor-23183 --b harbor-23183 extra
dibs: 'extra' is one word too many
[2]

$ dibs gate-proof --blocks 0
dibs: --blocks 0: a whole number from 24 to 10000 would be right
[2]

$ dibs gate-proof --out /dev/null/here
dibs: cannot make the output directory /dev/null/here: Not a directory
[1]
