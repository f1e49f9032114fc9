# A wrong scenario ends with status 2 and one line: the file, the line, the key, what would be right.
$ : >empty.yaml; dibs check empty.yaml
dibs: empty.yaml:1: the file is empty; items, instances and contenders would be right
[2]

$ printf 'items: 10\ninstances: 2\n' >a.yaml; dibs check a.yaml
dibs: a.yaml:1: contenders: is missing; a list of names, each alone or as {name: NAME, PARAMETER: VALUE} would be right
[2]

$ printf 'items: 10\ninstances: 2\ncontenders: []\n' >a.yaml; dibs check a.yaml
dibs: a.yaml:3: contenders: empty; a list of contenders would be right
[2]

$ printf 'itmes: 10\ninstances: 2\ncontenders: [null]\n' >a.yaml; dibs check a.yaml
dibs: a.yaml:1: itmes: unknown key; did you mean "items"?
[2]

$ printf 'items: ten\ninstances: 2\ncontenders: [harbor-23183]\n' >a.yaml; dibs check a.yaml
dibs: a.yaml:1: items: "ten" is not a whole number; a whole number from 1 to 100000000 in plain digits would be right
[2]

$ printf 'items: 10\ninstances: 2000\ncontenders: [harbor-23183]\n' >a.yaml; dibs check a.yaml
dibs: a.yaml:2: instances: "2000" is out of bounds; a whole number from 1 to 1000 in plain digits would be right
[2]

$ printf 'items: 10\ninstances: 2\ncontenders: [harbor-23184]\n' >a.yaml; dibs check a.yaml
dibs: a.yaml:3: contenders: "harbor-23184" is not a contender; did you mean "harbor-23183"?
[2]

$ printf 'items: 10\nitems: 20\ninstances: 2\ncontenders: [harbor-23183]\n' >a.yaml; dibs check a.yaml
dibs: a.yaml:2: items: stands twice, first in line 1; once would be right
[2]

$ printf 'items: 10\ninstances: 2\ncontenders:\n  - {name: harbor-23183, bach: 5}\n' >a.yaml; dibs check a.yaml
dibs: a.yaml:4: harbor-23183.bach: no such parameter of strategy pop; did you mean "batch"?
[2]

$ printf 'items: [\n' >a.yaml; dibs check a.yaml
dibs: a.yaml:2: not YAML: did not find expected node content
[2]

$ dibs check missing.yaml
dibs: there is no scenario 'missing.yaml'; known: ab, contended, frontier-all, frontier-sparse, frontier, gate, housekeeper, hpa, idle, long-jobs, migration, million, monitoring, queue-scaler, quick, scale-5-to-8, scale-8-to-3, scaling-instances, scaling-items, steady
[2]

$ mkdir directory.yaml; dibs check directory.yaml
dibs: directory.yaml: cannot be read: Is a directory
[2]

# Of what is expected of others nothing can be said, and that is said.
$ printf 'items: 200\ninstances: 1\ncrash_probe_kills: 0\ncontenders: [null, harbor-2.14]\nexpect: {harbor-2.14: {lost: 0}, null: {lost: 0}}\n' >expects.yaml; dibs run expects.yaml --contender null --out o 2>&1 | grep 'not judged'
dibs: not judged: 1 of 2 expectations, of contenders that are not run

$ dibs run expects.yaml --contender null --out o --quiet 2>&1 | grep -c 'not judged'
0
[1]

# The estimate is of all points, but for those that would take too long.
$ dibs check quick --contender harbor-23183 --set vary.items=20000 --set repeats=100 | tail -1
The scenario is well formed; in all it takes about 0:36, and some seconds for charts

$ dibs check quick --contender harbor-23183 --set vary.items=20000,1000000,100000000 --set repeats=100 | tail -1
The scenario is well formed; in all it takes about 6:00, and some seconds for charts

$ dibs check quick --contender harbor-22572 --set entry_race_cycles=0 --set crash_probe_kills=0 | tail -1
The scenario is well formed; in all it takes about 0:02, and some seconds for charts

$ dibs check quick --contender harbor-22572 --set entry_race_cycles=1000 --set crash_probe_kills=0 | tail -1
The scenario is well formed; in all it takes about 0:42, and some seconds for charts

$ dibs check quick --contender harbor-22572 --set entry_race_cycles=1000 --set crash_probe_kills=100 | tail -1
The scenario is well formed; in all it takes about 0:48, and some seconds for charts
