#!/usr/bin/env python3
"""Runs contenders with --trace, many seats at once, and holds the lines against the result.

trace.py PROGRAM   1 if a line is not what it should be, or lines and result disagree
"""
import collections
import json
import os
import subprocess
import sys
import tempfile

KEYS = "contender repeat t_s instance life seat role cycle event items".split()
EVENTS = "claimed acquired skipped released recovered dead leading".split()
INSTANCES, WORKERS, CYCLES = 8, 3, 4

MARKS = f"""
items: 2000
instances: {INSTANCES}
workers: {WORKERS}
cycle: 30s
cycles: {CYCLES}
time_scale: 100
repeats: 2
producers: {{count: 2, rate: 20, seeded: 0.5}}
contenders: [harbor-22572, claim-drained]
"""

ROUNDS = """
kind: task_rounds
instances: 3
cycle: 1s
cycles: 5
time_scale: 5
refresh: {statement: 10ms}
contenders: [deckard-documented, deckard-renewed]
"""


def run(program, scenario):
    """The lines of the trace, and the document."""
    path = "scenario.yaml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(scenario)
    done = subprocess.run(
        [program, "run", path, "--trace", "trace", "--json", "--quiet"],
        stdout=subprocess.PIPE, check=True)
    with open("trace", encoding="utf-8") as file:
        text = file.read()
    assert text.endswith("\n"), "the last line is cut off"
    return text.splitlines(), json.loads(done.stdout)


def parse(text):
    line = json.loads(text)
    assert list(line) == KEYS, f"other keys: {text}"
    assert line["event"] in EVENTS, f"unknown event: {text}"
    assert line["role"] in ("worker", "upkeep"), f"unknown role: {text}"
    assert line["t_s"] >= 0 and line["items"] >= 0, f"less than nothing: {text}"
    return line


def sums(lines):
    """Items and lines by contender, repeat and event."""
    items, count = collections.Counter(), collections.Counter()
    for line in lines:
        key = line["contender"], line["repeat"], line["event"]
        items[key] += line["items"]
        count[key] += 1
    return items, count


def in_order(lines):
    """Each seat's lines stand in the order of their times and cycles."""
    last = {}
    for line in lines:
        seat = tuple(line[key] for key in ("contender", "repeat", "instance", "seat"))
        now = line["t_s"], line["cycle"]
        assert last.get(seat, (0, 0)) <= now, f"earlier than the line before it: {line}"
        assert now[1] >= last.get(seat, (0, 0))[1], f"an earlier cycle: {line}"
        last[seat] = now
    return last


def agree(document, lines):
    items, count = sums(lines)
    for result in document["runs"]:
        run_of = result["contender"], result["repeat"]
        assert result["trustworthy"], result["reasons"]
        for event, there, here in (
                ("claimed", items, result["in_hand"]),
                ("acquired", count, result["lock"]["entered"]),
                ("skipped", count, result["lock"]["skipped"])):
            said = there[(*run_of, event)]
            assert said == here, f"{run_of} {event}: {said} in the trace, {here} in the result"
    runs = {(result["contender"], result["repeat"]) for result in document["runs"]}
    assert {key[:2] for key in items} <= runs, "a run that never was"
    return items, count


def marks(program):
    texts, document = run(program, MARKS)
    lines = [parse(text) for text in texts]
    seats = in_order(lines)
    _, count = agree(document, lines)
    for line in lines:
        assert line["instance"] < INSTANCES and line["seat"] <= WORKERS, line
        assert line["cycle"] < CYCLES or line["role"] == "upkeep", line
        assert line["life"] == 0, line
    assert len(seats) > INSTANCES * WORKERS, "hardly any seat has said anything"
    for repeat in (1, 2):
        lock = "harbor-22572", repeat
        assert count[(*lock, "skipped")] > 0, "nobody found the lock taken"
        assert 0 < count[(*lock, "released")] <= count[(*lock, "acquired")]


def rounds(program):
    texts, document = run(program, ROUNDS)
    lines = [parse(text) for text in texts]
    in_order(lines)
    _, count = agree(document, lines)
    for contender in ("deckard-documented", "deckard-renewed"):
        assert count[(contender, 1, "leading")] > 0, f"{contender}: no election"
        assert count[(contender, 1, "skipped")] > 0, f"{contender}: no task was held by another"


def main(program):
    program = os.path.abspath(program)
    with tempfile.TemporaryDirectory() as here:
        os.chdir(here)
        os.environ["TMPDIR"] = here
        for check in marks, rounds:
            try:
                check(program)
            except AssertionError as wrong:
                print(f"{check.__name__}: {wrong}")
                return 1
            finally:
                os.chdir(here)
        os.chdir("/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
