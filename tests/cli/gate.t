# What a gate is asked for, and baselines that are none: one line each, and the status that fits.
$ dibs gate
dibs: gate needs a SCENARIO; dibs list names them
[2]

$ dibs gate gate --baseline none.baseline
dibs: cannot read the baseline none.baseline: No such file or directory; --update-baseline writes it
[2]

$ dibs gate gate --baseline /
dibs: /: Is a directory
[2]

$ touch empty && dibs gate gate --baseline empty
dibs: empty: cut off: it does not end with 'end'
[2]

$ echo '{"schema": "dibs/result"}' >foreign && dibs gate gate --baseline foreign
dibs: foreign: not a baseline: it does not begin with 'dibs-baseline 1'
[2]

$ printf 'dibs-baseline 2\nend\n' >newer && dibs gate gate --baseline newer
dibs gate: gate against newer
newer: a baseline of version 2; this dibs reads 1
[7]

$ printf 'dibs-baseline 1\nserver redis 7.0\n\n[null]\nrun  keys_left 1\n' >cut && dibs gate gate --baseline cut
dibs: cut: cut off: it does not end with 'end'
[2]

$ printf 'dibs-baseline 1\n[null]\nSPOP calls NaN\nend\n' >nan && dibs gate gate --baseline nan
dibs: nan:3: expected GROUP NAME NUMBER [NAME NUMBER]...
[2]

$ printf 'dibs-baseline 1\n[null]\nSPOP calls -1\nend\n' >less && dibs gate gate --baseline less
dibs: less:3: expected GROUP NAME NUMBER [NAME NUMBER]...
[2]

$ printf 'dibs-baseline 1\n[null]\nSPOP calls 9007199254740993\nend\n' >huge && dibs gate gate --baseline huge
dibs: huge:3: expected GROUP NAME NUMBER [NAME NUMBER]...
[2]

$ printf 'dibs-baseline 1\n[null]\nSPOP\nend\n' >none && dibs gate gate --baseline none
dibs: none:3: expected GROUP NAME NUMBER [NAME NUMBER]...
[2]

$ printf 'dibs-baseline 1\n[null]\nrun keys_left 1\n[null]\nend\n' >twice && dibs gate gate --baseline twice
dibs: twice:4: expected a contender that has not come before
[2]

$ printf 'dibs-baseline 1\n[null]\nSPOP calls 1  in 2\nSPOP calls 2\nend\n' >again && dibs gate gate --baseline again
dibs: again:4: expected a counter that has not come before
[2]

$ printf 'dibs-baseline 1\nworkload items\nend\n' >valueless && dibs gate gate --baseline valueless
dibs: valueless:2: expected server KIND VERSION, workload KEY VALUE or [CONTENDER]
[2]

$ printf 'dibs-baseline 1\nSPOP calls 1\nend\n' >loose && dibs gate gate --baseline loose
dibs: loose:2: expected server KIND VERSION, workload KEY VALUE or [CONTENDER]
[2]

$ printf 'dibs-baseline 1\nend\nend\n' >more && dibs gate gate --baseline more
dibs: more:3: expected nothing after 'end'
[2]

$ printf 'dibs-baseline 1\nend\n' >bare && dibs gate gate --baseline bare
dibs: bare: says nothing of server and workload
[2]

$ dibs gate gate --set items=0
dibs: --set items=0: "0" is out of bounds; a whole number from 1 to 100000000 in plain digits would be right
[2]

$ dibs gate quick
dibs: gate: only what runs in lockstep can be compared exactly; mode: lockstep would be right
[2]

$ dibs gate gate --contender nul
dibs: --contender: "nul" is not a contender; did you mean "null"?
[2]

# Another workload is told before anything is run; contenders and their parameters are no part of it.
$ dibs gate gate --set items=500 --out out
dibs gate: gate against gate.baseline
not comparable: another workload: items 500 instead of 1000
out/comparison.json
out/report.html
[7]

$ dibs gate gate --set items=500 --set seed=2 --set instances=2 --set cycle=60s --set workers=2 --out out
dibs gate: gate against gate.baseline
not comparable: another workload: cycle_ms 60000 instead of 30000, instances 2 instead of 3, items 500 instead of 1000, and 2 more
out/comparison.json
out/report.html
[7]

$ dibs gate gate --set items=500 --json
{
 "schema": "dibs/comparison",
 "schema_version": "1.4",
 "kind": "gate",
 "title": "dibs gate: gate against gate.baseline",
 "exit_status": 7,
 "why": "not comparable: another workload: items 500 instead of 1000",
 "argv": [
  "dibs",
  "gate",
  "gate",
  "--set",
  "items=500",
  "--json"
 ],
 "environment": {MACHINE},
 "findings": [],
 "unchanged": 0,
 "unmeasured": 0,
 "notes": [],
 "details": null
}
[7]

$ GITHUB_ACTIONS=true dibs gate gate --set items=500
dibs gate: gate against gate.baseline
not comparable: another workload: items 500 instead of 1000
results/gate-TIME/comparison.json
results/gate-TIME/report.html
::warning title=dibs gate%3A gate against gate.baseline::not comparable: another workload: items 500 instead of 1000
[7]

$ GITHUB_STEP_SUMMARY=summary dibs gate gate --set items=500 --markdown markdown --junit junit.xml >/dev/null; cat markdown junit.xml; cmp markdown summary
### ⚠️ dibs gate: gate against gate.baseline

**not comparable: another workload: items 500 instead of 1000**


0 measures are the same.

<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="dibs gate" tests="1" failures="0" skipped="1">
    <testcase classname="dibs.gate" name="verdict">
      <skipped message="not comparable: another workload: items 500 instead of 1000">not comparable: another workload: items 500 instead of 1000</skipped>
    </testcase>
  </testsuite>
</testsuites>

# What cannot be written.
$ dibs gate gate --set items=500 --markdown /dev/null/here --out out
dibs: cannot write /dev/null/here: Not a directory
dibs gate: gate against gate.baseline
not comparable: another workload: items 500 instead of 1000
out/comparison.json
out/report.html
[1]

$ dibs gate gate --set items=500 --baseline /dev/null/here --update-baseline --contender null
dibs gate: gate against here
cannot write /dev/null/here: Not a directory
[1]

# What is no file of its own is written to, and stays what it was.
$ mkfifo pipe; exec 3<>pipe; dibs gate gate --set items=500 --junit pipe --out out >/dev/null; test -p pipe && head -n 2 <&3
<?xml version="1.0" encoding="UTF-8"?>
<testsuites>

$ ln -s real.md link.md; dibs gate gate --set items=500 --markdown link.md --out out >/dev/null; test -L link.md && head -n 1 real.md
### ⚠️ dibs gate: gate against gate.baseline

# Who has nothing to be compared with is told, in the forms as well.
$ dibs gate gate --baseline none.baseline --junit none.xml --json; cat none.xml
{
 "schema": "dibs/comparison",
 "schema_version": "1.4",
 "kind": "gate",
 "title": "dibs gate: gate against none.baseline",
 "exit_status": 2,
 "why": "cannot read the baseline none.baseline: No such file or directory; --update-baseline writes it",
 "argv": [
  "dibs",
  "gate",
  "gate",
  "--baseline",
  "none.baseline",
  "--junit",
  "none.xml",
  "--json"
 ],
 "environment": {MACHINE},
 "findings": [],
 "unchanged": 0,
 "unmeasured": 0,
 "notes": [],
 "details": null
}
<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="dibs gate" tests="1" failures="1" skipped="0">
    <testcase classname="dibs.gate" name="verdict">
      <failure message="cannot read the baseline none.baseline: No such file or directory; --update-baseline writes it">cannot read the baseline none.baseline: No such file or directory; --update-baseline writes it</failure>
    </testcase>
  </testsuite>
</testsuites>

# What is accepted is no failure, neither here nor in the forms; who was not asked for is not lost.
$ dibs gate gate --contender null,harbor-23183 --baseline mine --update-baseline
dibs gate: gate against mine
mine holds 2 contenders now

$ sed -i 's/^SPOP *calls [0-9]*/SPOP calls 1/' mine; GITHUB_ACTIONS=true dibs gate gate --contender harbor-23183 --baseline mine --update-baseline --junit mine.xml >mine.txt; cut -c1-34 mine.txt; grep -o 'failures=.*' mine.xml; grep '^\[' mine
dibs gate: gate against mine
verdict  contender     measure
advice   harbor-23183  server call
advice   harbor-23183    server ca
12 measures are the same
not compared, for it is only in th
mine holds 2 contenders now
failures="0" skipped="0">
[harbor-23183]
[null]

$ dibs gate gate --set items=500 --contender null --baseline mine --update-baseline; grep '^\[' mine
dibs: mine stays as it was
dibs gate: gate against mine
not comparable: another workload: items 500 instead of 1000
[harbor-23183]
[null]

$ echo '<<<<<<<' >>mine; dibs gate gate --contender null --baseline mine --update-baseline
dibs: mine:34: expected nothing after 'end'
[2]

# Bytes that are no UTF-8 leave the report of tests an XML; what formats a cell stands as itself.
$ dibs gate gate --baseline "$(printf 'caf\351')" --junit latin.xml 2>/dev/null; grep -o 'message=.*baseline caf.: No' latin.xml
message="cannot read the baseline caf?: No such file or directory; --update-baseline writes it">cannot read the baseline caf?: No

$ printf 'dibs-baseline 2\nend\n' >'<b>*x*_y'; dibs gate gate --baseline '<b>*x*_y' --markdown odd.md >/dev/null; cat odd.md
### ⚠️ dibs gate: gate against \<b>\*x\*\_y

**\<b>\*x\*\_y: a baseline of version 2; this dibs reads 1**


0 measures are the same.


# What neither the baseline nor the run can tell exactly is not the same: it is not compared.
$ printf 'items: 200\ninstances: 2\nmode: lockstep\ncycles: 30\ncontenders: [harbor-23183, claim-drained]\nexpect: {harbor-23183: {redundant: 0}}\n' >kept.yaml; dibs gate kept.yaml --contender harbor-23183 --update-baseline
dibs gate: kept against kept.baseline
kept.baseline holds 1 contender now

$ sed -i 's/keys_left 0 //' kept.baseline; dibs gate kept.yaml --contender harbor-23183 --out kept --markdown kept.md; tail -n 3 kept.md
dibs gate: kept against kept.baseline
12 measures are the same
1 not compared: not known exactly on both sides
PASS
kept/comparison.json
kept/report.html
12 measures are the same.
1 not compared: not known exactly on both sides.


# A broken promise is told, and red, where another server leaves nothing to compare; so is the end of a gate that stops after it.
$ sed 's/redundant: 0/redundant: 7/' kept.yaml >broken.yaml; sed 's/= 0/= 7/; s/^server.*/server redis 5.0/' kept.baseline >older; GITHUB_ACTIONS=true dibs gate broken.yaml --contender harbor-23183 --baseline older --out older.d >older.txt; status=$?; grep -c '^not comparable: another server' older.txt; grep '^::' older.txt; (exit $status)
1
::error title=BROKEN::harbor-23183: expectation: harbor-23183, repeat 1: expected redundant = 7, and it was 0 refreshes (by -7)
[3]

$ sed 's/= 0/= 7/' kept.baseline >stops; GITHUB_ACTIONS=true dibs gate broken.yaml --baseline stops --out stops.d >stops.txt; status=$?; grep '^::' stops.txt; (exit $status)
dibs: claim-drained: mode lockstep: a time to live of 600000 ms that the server keeps could lapse; use fewer items or cycles, or mode concurrent
::error title=BROKEN::harbor-23183: expectation: harbor-23183, repeat 1: expected redundant = 7, and it was 0 refreshes (by -7)
::error title=dibs gate%3A broken against stops::claim-drained: mode lockstep: a time to live of 600000 ms that the server keeps could lapse; use fewer items or cycles, or mode concurrent
[2]
