# What a sweep is asked for, and who cannot be swept: one line, status 2, and nothing is written.
$ dibs sweep
dibs: sweep needs a CONTENDER; dibs list names them
[2]

$ dibs sweep harbor-2318
dibs: no contender is called 'harbor-2318'; did you mean "harbor-23183"?
[2]

$ dibs sweep harbor-23183 --fault foo
dibs: --fault foo: crash, connection or pause would be right
[2]

$ dibs sweep harbor-23183 --role foo
dibs: --role foo: worker or upkeep would be right
[2]

$ dibs sweep harbor-23183 --role upkeep
dibs: harbor-23183 cannot be swept: it has no upkeep
[2]

$ dibs sweep in-memory
dibs: in-memory cannot be swept: its instances send no command
[2]

$ dibs sweep deckard-documented --json
dibs: deckard-documented cannot be swept: its items are rounds of tasks, which nobody marks
[2]

$ dibs sweep harbor-23183 --seed 1
dibs: --seed means nothing to 'sweep'
[2]

$ dibs sweep harbor-23183 crash
dibs: 'crash' is one word too many
[2]

$ dibs run quick --fault crash
dibs: --fault means nothing to 'run'
[2]

$ ls

# What cannot be written to, and a server that there is not.
$ dibs sweep harbor-23183 --out /dev/null/here
dibs: cannot make the output directory /dev/null/here: Not a directory
[1]

$ dibs sweep harbor-23183 --redis-server ./none
dibs: cannot run the Redis server ./none: No such file or directory
[1]

$ ls
