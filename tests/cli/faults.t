# What the matrix of faults is asked for: one line, status 2, and nothing is written.
$ dibs faults --contender harbor-2318
dibs: no contender is called 'harbor-2318'; did you mean "harbor-23183"?
[2]

$ dibs faults --contender
dibs: --contender needs a value: LIST
[2]

$ dibs faults quick
dibs: 'quick' is one word too many
[2]

$ dibs faults --fault crash
dibs: --fault means nothing to 'faults'
[2]

$ dibs faults --seed 1
dibs: --seed means nothing to 'faults'
[2]

$ dibs faults --quick=yes
dibs: --quick takes no value
[2]

$ dibs faults --contender ,
dibs: no contender is named; dibs list names them
[2]

$ dibs faults --quick --contender harbor-2.14 --redis-server /nowhere
dibs: cannot run the Redis server /nowhere: No such file or directory
[1]

$ dibs faults --quick --contender in-memory,null
dibs: in-memory: its instances do not ask Redis for work
[2]

$ dibs faults --contender null,null
dibs: "null" stands twice; once would be right
[2]
