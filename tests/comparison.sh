#!/bin/sh
# A comparison by the clock, from its command line to its files: whatever it decides, it ends with a
# verdict, its document is as its schema says, and its report of tests is XML.
#
#   comparison.sh PROGRAM
set -eu
tree=$(dirname "$(dirname "$(readlink -f "$0")")")
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
trap 'exit 130' INT TERM
unset GITHUB_ACTIONS
export GITHUB_STEP_SUMMARY="$here/summary"

# The same server under another name.
ln -s "$(command -v redis-server || command -v redis-check-rdb)" "$here/other-redis"

status=0
"$1" ab --a harbor-23183 --b "harbor-23183,batch=50,server=$here/other-redis" \
    --set items=200 --set instances=2 --max-time 2s --json \
    --out "$here/ab" --junit "$here/junit.xml" --markdown "$here/markdown" \
    >"$here/ab.json" || status=$?
case $status in
0 | 4 | 6) ;;
*) echo "ab ended with status $status" && exit 1 ;;
esac
python3 "$tree/tests/validate_result.py" "$tree/bench/comparison.schema.json" "$here/ab.json"
python3 "$tree/tests/validate_result.py" --documented "$tree/bench/comparison.schema.json"
python3 - "$here/ab.json" "$here/junit.xml" "$status" "$here/other-redis" <<'END'
import json, sys, xml.etree.ElementTree
document = json.load(open(sys.argv[1]))
suite = xml.etree.ElementTree.parse(sys.argv[2]).getroot()[0]
assert document["exit_status"] == int(sys.argv[3])
a, b = document["details"]["a"], document["details"]["b"]
assert b["parameters"]["batch"] == "50"
assert b["server"] == sys.argv[4] != a["server"]
for arm in a, b:
    assert arm["server_version"] == document["environment"]["server_version"] is not None
assert any(note.startswith("A on ") and sys.argv[4][:80] in note for note in document["notes"])
assert [row["measure"] for row in document["findings"]].count("time per item") == 1
assert int(suite.get("tests")) == len(suite) == 1 + len(document["findings"])
END
cmp "$here/markdown" "$here/summary"
cmp "$here/ab.json" "$here/ab/comparison.json"
"$tree/tests/page.py" --read "$here/ab/report.html" 'dibs ab: harbor-23183,batch=50,server=' \
    'time per item'

# Interrupted: what was measured until then is kept, and marked.
"$1" ab --a harbor-23183 --b harbor-23183 --set items=200 --max-time 10min --json --quiet \
    --out "$here/stopped" --junit "$here/stopped.xml" >"$here/stopped.json" &
stopped=$!
until [ -d "$here/stopped" ]; do
    kill -0 $stopped
    sleep 0.1
done
kill -INT $stopped
status=0
wait $stopped || status=$?
[ $status = 130 ] || { echo "interrupted, ab ended with $status" && exit 1; }
python3 "$tree/tests/validate_result.py" "$tree/bench/comparison.schema.json" "$here/stopped.json"
python3 - "$here/stopped.json" "$here/stopped.xml" <<'END'
import json, sys, xml.etree.ElementTree
document = json.load(open(sys.argv[1]))
assert document["exit_status"] == 130 and "interrupted" in document["why"]
assert isinstance(document["details"]["pairs"], list)
assert xml.etree.ElementTree.parse(sys.argv[2]).getroot()[0].get("failures") == "1"
END
