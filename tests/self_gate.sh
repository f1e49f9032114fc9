#!/bin/sh
# dibs gates itself: what a lockstep run costs each contender, against the baseline in the tree.
#
#   self_gate.sh PROGRAM    77 (skipped) where the baseline is of another server; else as dibs ends
#
# If a change is meant to cost more, or less: dibs gate gate --update-baseline
set -u
status=0
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
said=$("$1" gate gate --quiet --out "$here") || status=$?
echo "$said"
grep -q '<h2 id="gate"' "$here/report.html" || { echo 'it writes no page'; exit 1; }
case $said in
*"another server"*) [ "$status" = 7 ] && exit 77 ;;
esac
exit "$status"
