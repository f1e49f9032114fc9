# Documents that are no results, or of another kind: one line each, and the status that fits.
$ dibs compare one.json
dibs: compare needs BASE NEW, each a directory of results, or its result.json
[2]

$ dibs compare one.json two.json three.json
dibs: 'three.json' is one word too many
[2]

$ dibs compare none.json none.json
dibs: unable to open none.json: No such file or directory
[2]

$ printf '{"schema": "dibs/res' >cut.json; dibs compare cut.json cut.json
dibs: cut.json: line 1 is not JSON: premature end of input near '"dibs/res'
[2]

$ echo '{"benchmarks": []}' >foreign.json; dibs compare foreign.json foreign.json
dibs: foreign.json: not a result of dibs (its schema is not named)
[2]

$ echo '[1]' >list.json; dibs compare list.json list.json
dibs: list.json: not a result of dibs (its schema is not named)
[2]

$ echo '{"schema": "dibs/comparison", "schema_version": "1.0"}' >kind.json; dibs compare kind.json kind.json
dibs: kind.json: not a result of dibs (its schema is dibs/comparison)
[2]

$ echo '{"schema": "dibs/result", "schema_version": "2.0"}' >newer.json; dibs compare newer.json newer.json
dibs compare: newer.json against newer.json
newer.json: schema version 2.0; this dibs reads 1
[7]

$ echo '{"schema": "dibs/result", "schema_version": "1.9", "scenario": {"items": NaN}}' >nan.json; dibs compare nan.json nan.json
dibs: nan.json: line 1 is not JSON: invalid token near 'NaN'
[2]

$ echo '{"schema": "dibs/result", "schema_version": "1.9", "scenario": null, "runs": []}' >early.json; dibs compare early.json early.json
dibs: early.json: there is no scenario with items in it
[2]

$ echo '{"schema": "dibs/result", "schema_version": "1.9", "scenario": {"items": 0}, "runs": []}' >zero.json; dibs compare zero.json zero.json
dibs: zero.json: there is no scenario with items in it
[2]

$ echo '{"schema": "dibs/result", "schema_version": "1.9", "scenario": {"items": 9}, "runs": [{"contender": "null", "status": "failed"}]}' >failed.json; dibs compare failed.json failed.json
dibs compare: failed.json against failed.json
failed.json: none of its 1 runs is complete and trustworthy
[6]

$ echo '{"schema": "dibs/result", "schema_version": "1.9", "scenario": {"items": 1e300}, "runs": []}' >huge.json; dibs compare huge.json huge.json
dibs: huge.json: there is no scenario with items in it
[2]

# Documents as small as they may be. Counts of lockstep runs are judged, contender by contender.
$ run() { echo "{\"contender\": \"$1\", \"status\": \"complete\", \"trustworthy\": true, \"repeat\": 1, \"round_trips\": $2, \"items\": {\"lost\": 0}, \"commands\": {\"SPOP\": {\"server_calls\": $2, \"bytes_in\": 0, \"bytes_out\": 0}, \"SCARD\": {\"server_calls\": $3}}}"; }; document() { echo "{\"schema\": \"dibs/result\", \"schema_version\": \"1.0\", \"environment\": {\"server_kind\": \"redis\", \"server_version\": \"$1\"}, \"scenario\": {\"items\": $2, \"mode\": \"lockstep\"}, \"runs\": [$3]}"; }; document 7.0.15 100 "$(run x 10 5), $(run y 7 0)" >a.json; document 7.0.9 100 "$(run x 10 5), $(run z 7 0)" >same.json; document 7.0.15 100 "$(run x 110 5)" >more.json; document 7.0.15 100 "$(run x 9 5)" >fewer.json; document 7.0.15 100 "$(run x 9 6)" >mix.json; document 7.2.1 100 "$(run x 10 5)" >server.json; document 7.0.15 50 "$(run x 10 5)" >items.json; document 7.0.15 100 "$(run w 10 5)" >other.json

$ dibs compare a.json same.json
dibs compare: same.json against a.json
5 measures are the same
8 not compared: not known exactly on both sides
not compared, for there is no baseline of it: z
not compared, for it is only in the baseline: y
PASS

# A directory of results is what is in it.
$ mkdir before; cp a.json before/result.json; dibs compare before same.json
dibs compare: same.json against before
5 measures are the same
8 not compared: not known exactly on both sides
not compared, for there is no baseline of it: z
not compared, for it is only in the baseline: y
PASS

$ dibs compare a.json more.json
dibs compare: more.json against a.json
verdict  contender  measure                 what it comes to
FAIL     x          server calls            15 -> 115 (+100, +666.7 %, +1 per item)
FAIL     x          round trips             10 -> 110 (+100, +1000.0 %, +1 per item)
FAIL     x            server calls of SPOP  10 -> 110 (+100, +1000.0 %, +1 per item)
3 measures are the same
8 not compared: not known exactly on both sides
not compared, for it is only in the baseline: y
FAIL: x: server calls: 15 -> 115 (+100, +666.7 %, +1 per item); and 2 more
[4]

$ dibs compare a.json fewer.json
dibs compare: fewer.json against a.json
verdict  contender  measure                 what it comes to
better   x          server calls            15 -> 14 (-1, -6.7 %, -0.01 per item)
better   x          round trips             10 -> 9 (-1, -10.0 %, -0.01 per item)
better   x            server calls of SPOP  10 -> 9 (-1, -10.0 %, -0.01 per item)
3 measures are the same
8 not compared: not known exactly on both sides
not compared, for it is only in the baseline: y
PASS

$ dibs compare a.json mix.json
dibs compare: mix.json against a.json
verdict  contender  measure                  what it comes to
FAIL     x          server calls             15 as before, but another mix of commands
FAIL     x            server calls of SCARD  5 -> 6 (+1, +20.0 %, +0.01 per item)
FAIL     x            server calls of SPOP   10 -> 9 (-1, -10.0 %, -0.01 per item)
better   x          round trips              10 -> 9 (-1, -10.0 %, -0.01 per item)
3 measures are the same
8 not compared: not known exactly on both sides
not compared, for it is only in the baseline: y
FAIL: x: server calls: 15 as before, but another mix of commands; and 2 more
[4]

$ dibs compare a.json server.json
dibs compare: server.json against a.json
not comparable: another server: redis 7.2 instead of redis 7.0
[7]

$ dibs compare a.json items.json
dibs compare: items.json against a.json
not comparable: another workload: items 50 instead of 100
[7]

$ dibs compare a.json other.json
dibs compare: other.json against a.json
not compared, for there is no baseline of it: w
not compared, for it is only in the baseline: x, y
not comparable: no contender stands on both sides
[7]

# What no run counts to is no count; the steps of a walk are none that one run can tell.
$ sed 's/"round_trips": 10/"round_trips": 1e300/' a.json >vast.json; dibs compare a.json vast.json
dibs: vast.json: what x has counted cannot be: no counts, or too large
[2]

$ sed 's/SCARD/SSCAN/' a.json >walk.json; sed 's/SCARD/SSCAN/' mix.json >walks.json; dibs compare walk.json walks.json
dibs compare: walks.json against walk.json
verdict  contender  measure                 what it comes to
better   x          server calls            10 -> 9 (-1, -10.0 %, -0.01 per item)
better   x            server calls of SPOP  10 -> 9 (-1, -10.0 %, -0.01 per item)
3 measures are the same
9 not compared: not known exactly on both sides
not compared, for it is only in the baseline: y
not compared: the steps of walks (SSCAN and the like), which one run cannot tell exactly; `dibs gate` runs twice
PASS

# Everything together.
$ GITHUB_ACTIONS=true dibs compare a.json more.json --markdown more.md --junit more.xml; cat more.md more.xml
dibs compare: more.json against a.json
verdict  contender  measure                 what it comes to
FAIL     x          server calls            15 -> 115 (+100, +666.7 %, +1 per item)
FAIL     x          round trips             10 -> 110 (+100, +1000.0 %, +1 per item)
FAIL     x            server calls of SPOP  10 -> 110 (+100, +1000.0 %, +1 per item)
3 measures are the same
8 not compared: not known exactly on both sides
not compared, for it is only in the baseline: y
FAIL: x: server calls: 15 -> 115 (+100, +666.7 %, +1 per item); and 2 more
::error title=FAIL::x: server calls: 15 -> 115 (+100, +666.7 %25, +1 per item)
::error title=FAIL::x: round trips: 10 -> 110 (+100, +1000.0 %25, +1 per item)
### ❌ dibs compare: more.json against a.json

Red: **FAIL: x: server calls: 15 -> 115 (+100, +666.7 %, +1 per item); and 2 more**

| verdict | contender | measure | what it comes to |
|---|---|---|---|
| FAIL | x | server calls | 15 -> 115 (+100, +666.7 %, +1 per item) |
| FAIL | x | round trips | 10 -> 110 (+100, +1000.0 %, +1 per item) |
| FAIL | x | server calls of SPOP | 10 -> 110 (+100, +1000.0 %, +1 per item) |

3 measures are the same.
8 not compared: not known exactly on both sides.
* not compared, for it is only in the baseline: y

<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="dibs compare" tests="4" failures="4" skipped="0">
    <testcase classname="dibs.compare" name="verdict">
      <failure message="FAIL: x: server calls: 15 -&gt; 115 (+100, +666.7 %, +1 per item); and 2 more">FAIL: x: server calls: 15 -&gt; 115 (+100, +666.7 %, +1 per item); and 2 more</failure>
    </testcase>
    <testcase classname="dibs.compare.x" name="server calls">
      <failure message="15 -&gt; 115 (+100, +666.7 %, +1 per item)">15 -&gt; 115 (+100, +666.7 %, +1 per item)</failure>
    </testcase>
    <testcase classname="dibs.compare.x" name="round trips">
      <failure message="10 -&gt; 110 (+100, +1000.0 %, +1 per item)">10 -&gt; 110 (+100, +1000.0 %, +1 per item)</failure>
    </testcase>
    <testcase classname="dibs.compare.x" name="server calls of SPOP">
      <failure message="10 -&gt; 110 (+100, +1000.0 %, +1 per item)">10 -&gt; 110 (+100, +1000.0 %, +1 per item)</failure>
    </testcase>
  </testsuite>
</testsuites>

$ dibs compare a.json more.json --json
{
 "schema": "dibs/comparison",
 "schema_version": "1.4",
 "kind": "compare",
 "title": "dibs compare: more.json against a.json",
 "exit_status": 4,
 "why": "FAIL: x: server calls: 15 -> 115 (+100, +666.7 %, +1 per item); and 2 more",
 "argv": [
  "dibs",
  "compare",
  "a.json",
  "more.json",
  "--json"
 ],
 "environment": null,
 "findings": [
  {"contender":"x","measure":"server calls","verdict":"FAIL","detail":false,"base":15.0,"now":115.0,"text":"15 -> 115 (+100, +666.7 %, +1 per item)"},
  {"contender":"x","measure":"round trips","verdict":"FAIL","detail":false,"base":10.0,"now":110.0,"text":"10 -> 110 (+100, +1000.0 %, +1 per item)"},
  {"contender":"x","measure":"server calls of SPOP","verdict":"FAIL","detail":true,"base":10.0,"now":110.0,"text":"10 -> 110 (+100, +1000.0 %, +1 per item)"}
 ],
 "unchanged": 3,
 "unmeasured": 8,
 "notes": [
  "not compared, for it is only in the baseline: y"
 ],
 "details": null
}
[4]

# Times of two jobs are advice; of one repeat not even that.
$ concurrent() { sed -e 's/lockstep/concurrent/' -e 's/"repeat": 1,/"repeat": 1, "distinct_refreshed": 100, "duration_s": '"$1"',/' a.json; }; concurrent 1 >slow.json; concurrent 0.5 >fast.json; dibs compare fast.json slow.json
dibs compare: slow.json against fast.json
verdict  contender  measure
advice   x          time per item, us
    5000.000 (5000.000 to 5000.000) -> 10,000 (10,000 to 10,000), +100.0 %
inconclusive: one repeat only, so that nothing is known of its noise; --repeat 5 would be right, `dibs ab` better
[6]

$ twice() { sed -E 's/"runs": \[(.*)\]\}$/"runs": [\1, \1]}/' "$1"; }; twice slow.json >slow2.json; twice fast.json >fast2.json; dibs compare fast2.json slow2.json
dibs compare: slow2.json against fast2.json
verdict  contender  measure
advice   x          time per item, us
    5000.000 (5000.000 to 5000.000) -> 10,000 (10,000 to 10,000), +100.0 %
advice only: times of two jobs are no verdict; `dibs ab` measures in one

$ sed 's/"repeat"/"broken_promise": "x promises no lost update, and there was 1 item lost", "repeat"/' a.json >broken.json; dibs compare a.json broken.json
dibs compare: broken.json against a.json
verdict  contender  measure  what it comes to
BROKEN   x          promise  x promises no lost update, and there was 1 item lost
10 measures are the same
16 not compared: not known exactly on both sides
BROKEN: x: promise: x promises no lost update, and there was 1 item lost
[3]

# A repeat on which nothing can be built is told, and is no PASS.
$ sed 's/"trustworthy": true, "repeat": 1, "round_trips": 10/"trustworthy": false, "reasons": ["SPOP: 3 calls too many"], "repeat": 1, "round_trips": 10/' a.json >unsure.json; dibs compare a.json unsure.json
dibs compare: unsure.json against a.json
verdict    contender  measure   what it comes to
UNTRUSTED  x          repeat 1  SPOP: 3 calls too many
5 measures are the same
8 not compared: not known exactly on both sides
not compared, for it is only in the baseline: x
UNTRUSTED: x: repeat 1: SPOP: 3 calls too many
[5]

$ sed 's/"complete", "trustworthy": true, "repeat": 1, "round_trips": 10/"interrupted", "repeat": 1/' a.json >half.json; dibs compare a.json half.json
dibs compare: half.json against a.json
verdict       contender  measure   what it comes to
INCONCLUSIVE  x          repeat 1  it says not why
5 measures are the same
8 not compared: not known exactly on both sides
not compared, for it is only in the baseline: x
INCONCLUSIVE: x: repeat 1: it says not why
[6]
