#!/usr/bin/env python3
"""What a report recommends, for results that are given: the sentence, and what it rests on.

recommendation.py DIBS
"""
import html
import json
import os
import re
import subprocess
import sys
import tempfile


def run(contender, cpu, refreshes=1.0, pending=0, **more):
    """A completed run of 100 items."""
    return {"contender": contender, "strategy": contender, "repeat": 1, "status": "complete",
            "trustworthy": True, "broken_promise": None, "instances": [{}, {}],
            "items": {"total": 100, "refreshed": 100, "pending": pending, "lost": 0,
                      "stranded": 0},
            "cycles": {"run": 1, "to_drain": 50 if pending else 1},
            "refreshes": {"total": 100 * refreshes, "redundant": 100 * (refreshes - 1)},
            "per_item": {"units": 100, "server_cpu_usec": cpu, "round_trips": 2},
            "per_mark": {"server_cpu_usec": 0, "round_trips": 0},
            "promises": ["at least once under crash"], **more}


def probe(contender, *losses):
    return {"contender": contender, "items": 2000,
            "kills": [{"lost": lost, "stranded": 0} for lost in losses]}


def result(runs, probes=(), status="complete", **more):
    return {"schema": "dibs/result", "status": status, "runs": runs,
            "crash_probe": list(probes), **more}


# What is given, what must be said, and what must not.
CASES = {
    "cheapest": (
        result([run("safe", 30), run("dear", 50), run("leaky", 10), run("twice", 20, 2.0)],
               [probe("safe", 0, 0), probe("dear", 0, 0), probe("leaky", 3, 40),
                probe("twice", 0, 0)]),
        ["Choose safe: the cheapest of 2 contenders that promise at least once under crash, lost "
         "and stranded nothing in any kill, finished the backlog and did no work twice, at "
         "30 µs of server CPU and 2 round trips",
         "twice costs Redis less (20 µs), but it refreshes an item 2 times.",
         "leaky costs Redis less (10 µs), but one kill took up to 40 items with it.",
         "rests on 2 kills of an instance with work in hand, of each of 4 of 4 contenders, at "
         "2,000 items; and on 1 run of each at 100 items, 2 instances",
         # the table has the best first: who repeats work after who does not, who loses last
         "safe (without mark) 30 2 1 – yes yes 0 items – dear (without mark) 50 2 1 – yes yes "
         "0 items – twice (without mark) 20 2 2 – yes yes 0 items – leaky (without mark) 10 2 1 "
         "– yes yes 21.5 (3–40) items"],
        ["As good", "not complete"]),
    "only losing": (
        result([run("pop", 5), run("worse", 6)], [probe("pop", 3, 9), probe("worse", 50, 50)]),
        ["No contender that was measured promises at least once under crash, came through every "
         "kill without a loss and finished its backlog; the least harm was done by pop: up to 9 "
         "items"],
        ["Choose"]),
    "safe, but it leaves a backlog": (
        result([run("slow", 5, pending=90)], [probe("slow", 0, 0)]),
        ["No contender", "slow: up to 0 items lost or stranded by one kill, but it left a "
         "backlog"],
        ["Choose"]),
    "what is marked last is no backlog": (
        result([run("even", 5, pending=90), run("late", 4, pending=91)],
               [probe("even", 0), probe("late", 0)],
               scenario={"cycle_ms": 30000, "producers": {"count": 2, "per_s": 3}}),
        ["Choose even: the only contender"],
        ["late costs"]),
    "begun on a busy machine": (
        result([run("null", 0.1)], environment={"load_before": 2.51, "cores_allowed": 2}),
        ["load 2.51 on 2 cores before it began"],
        []),
    "begun on an idle machine": (
        result([run("null", 0.1)], environment={"load_before": 1.99, "cores_allowed": 2}),
        [],
        ["load"]),
    "who was not probed stands last": (
        result([run("null", 0.1, promises=[]), run("pop", 5, promises=[])], [probe("pop", 9)]),
        ["9 items – null (without mark) 0.1 2 1 – yes no not measured no way to share work"],
        []),
    "only null": (
        result([run("null", 0.1)]),
        ["No recommendation: what a crash costs was not measured here.",
         "Each instance's part of it. Its charts were not drawn: dibs report draws them",
         "null (without mark) 0.1 2 1 – yes yes not measured"],
        ["Choose", "rests on"]),
    "never on who was not probed": (
        result([run("null", 0.1), run("cheap", 1), run("safe", 30)], [probe("safe", 0)]),
        ["Choose safe: the only contender", "rests on 1 kill of", "1 of 3 contenders"],
        ["cheap costs", "null costs"]),
    "a probe without a kill is none": (
        result([run("safe", 30)], [probe("safe")]),
        ["No recommendation"],
        ["Choose"]),
    "a tie within the repeats": (
        result([run("one", 30), run("one", 34), run("other", 33), run("other", 39),
                run("dear", 60)],
               [probe("one", 0, 0), probe("other", 0, 0, 0), probe("dear", 0, 0)]),
        ["Choose one: the cheapest of 3", "As good, for their costs overlap: other.",
         "rests on 2 to 3 kills", "and on 1 to 2 runs of each"],
        ["overlap: dear", "other, dear"]),
    "only repeated work is safe": (
        result([run("twice", 20, 2.0), run("leaky", 30)], [probe("twice", 0), probe("leaky", 1)]),
        ["Choose twice: the only contender that promises at least once under crash, lost and "
         "stranded nothing in any kill and finished the backlog, at 20 µs",
         "though it refreshes an item 2 times."],
        ["did no work twice", "leaky costs"]),
    "kills that took nothing are no promise": (
        result([run("lucky", 5, promises=["no lost update"]), run("safe", 30)],
               [probe("lucky", 0), probe("safe", 0)]),
        ["Choose safe: the only", "lucky costs Redis less (5 µs), but its code does not promise "
         "at least once under crash.", "more contenders promise at least once under crash and "
         "were not run here; dibs list names them"],
        ["Choose lucky"]),
    "alone in its lock, this once": (
        result([run("lock", 5), run("safe", 30), run("alone", 40)],
               [probe("lock", 0), probe("safe", 0), probe("alone", 0)],
               entry_race=[{"contender": "lock", "cycles_done": 200, "cycles_redundant": 187},
                           {"contender": "alone", "cycles_done": 200, "cycles_redundant": 0}]),
        ["Choose safe: the cheapest of 2", "lock costs Redis less (5 µs), but it did work twice "
         "in 187 of 200 races for its lock."],
        ["Choose lock"]),
    "its own run lost something": (
        result([run("unsound", 5, broken_promise="at least once: 3 lost"), run("safe", 30)],
               [probe("unsound", 0), probe("safe", 0)]),
        ["Choose safe: the only", "unsound costs Redis less (5 µs), but its own run was not "
         "sound."],
        ["Choose unsound"]),
    "interrupted": (
        result([run("safe", 30), {"contender": "late", "repeat": 1, "status": "interrupted",
                                  "error": "interrupted"}],
               [probe("safe", 0)], status="interrupted", error="interrupted; and kept"),
        ["Choose safe", "The run is not complete: who was not measured could be better.",
         "late, repeat 1 is not shown: interrupted"],
        ["interrupted: interrupted"]),
    "empty": (
        result([]),
        ["No run was completed, so there is nothing to choose from."],
        ["Choose", "rests on", "not drawn"]),
    "failed": (
        result([{"contender": "safe", "repeat": 1, "status": "failed", "error": "it <died>"}],
               status="failed", error="no server"),
        ["No run was completed", "failed: no server",
         "safe, repeat 1 is not shown: failed: it <died>"],
        ["Choose"]),
}


def text_of(path):
    """What a reader sees of section 1, with the state above it."""
    with open(path, encoding="utf-8") as file:
        page = file.read()
    page = page[page.index("<body>"):page.index('id="about"', page.index("</nav>"))]
    page = re.sub(r"</?(a|b|code|i|small|span)\b[^>]*>", "", page)
    page = html.unescape(re.sub(r"<[^>]*>", " ", page))
    return re.sub(r"\s+", " ", page)


def main(dibs):
    dibs = os.path.abspath(dibs)
    environment = dict(os.environ, PATH="", GNUPLOT="")  # the charts are not looked at
    with tempfile.TemporaryDirectory() as directory:
        for name, (document, said, unsaid) in CASES.items():
            path = os.path.join(directory, "result.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(document, file)
            done = subprocess.run([dibs, "report", path, "--out", directory], env=environment,
                                  capture_output=True, text=True, check=False)
            if done.returncode != 0:
                sys.exit(f"{name}: status {done.returncode}: {done.stderr}")
            text = text_of(os.path.join(directory, "report.html"))
            for words in said:
                if words not in text:
                    sys.exit(f"{name}: it does not say '{words}':\n{text}")
            for words in unsaid:
                if words in text:
                    sys.exit(f"{name}: it says '{words}':\n{text}")


if __name__ == "__main__":
    main(sys.argv[1])
