# What a soak is asked for: one line, status 2, and nothing is run.
$ dibs soak --contender lesse
dibs: no contender to soak is called 'lesse'; dibs list names them
[2]

$ dibs soak --contender in-memory
dibs: no contender to soak is called 'in-memory'; dibs list names them
[2]

$ dibs soak --seed -1
dibs: --seed -1: "-1" is out of bounds; a whole number from 0 to 9223372036854775807 in plain digits would be right
[2]

$ dibs soak --seed 7x
dibs: --seed 7x: "7x" is not a whole number; a whole number from 0 to 9223372036854775807 in plain digits would be right
[2]

$ dibs soak --set items=1
dibs: --set means nothing to 'soak'
[2]

$ dibs soak --redis-server ./none
dibs: cannot run the Redis server ./none: No such file or directory
[1]
