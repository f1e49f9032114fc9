#!/usr/bin/env python3
"""Runs `dibs claims --quick --json` for a few rows and judges them anew from what it wrote.

claims.py PROGRAM   1 if a field is missing, or a verdict does not follow from its figures
"""
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
IDS = "rollback,retries,ids-statefulset,entry-format"
FIELDS = "id document line claim published measured unit verdict command".split()
DOCUMENTS = ("solution-comparison final-summary instance-id-summary deckard-housekeeper "
             "job-queue-plan").split()


def check_schema(path):
    validator = os.path.join(TREE, "tests", "validate_result.py")
    schema = os.path.join(TREE, "bench", "claims.schema.json")
    subprocess.run([sys.executable, validator, "--documented", schema], check=True)
    subprocess.run([sys.executable, validator, schema, path], check=True)


def measure(program, home, out):
    environment = dict(os.environ, DIBS_HOME=home)
    done = subprocess.run([program, "claims", "--quick", "--quiet", "--json", "--only", IDS,
                           "--out", out], env=environment, stdout=subprocess.PIPE, check=True)
    return {claim["id"]: claim for claim in json.loads(done.stdout)["claims"]}


def judged(claim, low, high):
    expected = claim["expected"] if isinstance(claim["expected"], list) else [claim["expected"]] * 2
    slack = claim["tolerance"] + 1e-9
    above = low >= expected[0] - abs(expected[0]) * slack
    below = high <= expected[1] + abs(expected[1]) * slack
    return (above or claim["is"] == "at_most") and (below or claim["is"] == "at_least")


def check(claim):
    assert all(field in claim for field in FIELDS), claim
    assert claim["document"] in DOCUMENTS and claim["line"] > 0, claim
    if claim["verdict"] == "not testable":
        assert claim["measured"] is None and claim["why"], claim
        return
    for setting in claim["settings"]:
        holds = judged({**claim, **setting}, setting["measured_low"], setting["measured_high"])
        assert setting["verdict"] == ("holds" if holds else "does not hold"), setting
        assert setting["command"].startswith("./dibs run "), setting
    kinds = {setting["verdict"] for setting in claim["settings"]}
    assert claim["verdict"] == ("depends" if len(kinds) > 1 else kinds.pop()), claim


def check_interrupt(program, home, out):
    """Ctrl-C: every row is there, and whatever was not measured says that it was interrupted."""
    wanted = "recovery-complete,scaling-ids-gap,any-number,any-deployment,rollback,retries"
    dibs = subprocess.Popen([program, "claims", "--quick", "--quiet", "--json", "--only", wanted,
                             "--out", out], env=dict(os.environ, DIBS_HOME=home),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while dibs.poll() is None and not os.path.isdir(os.path.join(out, "runs")):
        time.sleep(0.01)
    dibs.send_signal(signal.SIGINT)
    printed, errors = dibs.communicate()
    assert dibs.returncode == 130 and errors.startswith(b"dibs: interrupted; "), (errors, printed)
    with open(os.path.join(out, "claims.json"), encoding="utf-8") as file:
        claims = json.load(file)["claims"]
    assert {claim["id"] for claim in claims} == set(wanted.split(",")), claims
    settings = [setting for claim in claims for setting in claim["settings"]]
    reasons = {setting["why"] for setting in settings if setting["verdict"] == "not measured"}
    assert reasons == {"interrupted"}, reasons


def main(program):
    with tempfile.TemporaryDirectory() as scratch:
        home, out = os.path.join(scratch, "home"), os.path.join(scratch, "out")
        shutil.copytree(os.path.join(TREE, "scenarios"), os.path.join(home, "scenarios"))
        shutil.copytree(os.path.join(TREE, "plots"), os.path.join(home, "plots"))
        claims = measure(program, home, out)
        assert set(claims) == set(IDS.split(",")), claims
        check_schema(os.path.join(out, "claims.json"))
        for claim in claims.values():
            check(claim)
        assert claims["rollback"]["verdict"] == "depends", claims["rollback"]
        assert claims["retries"]["verdict"] == "does not hold", claims["retries"]
        assert claims["ids-statefulset"]["verdict"] == "holds", claims["ids-statefulset"]
        with open(os.path.join(out, "claims.csv"), newline="", encoding="utf-8") as file:
            assert {row["id"] for row in csv.DictReader(file)} == set(claims)

        subprocess.run([os.path.join(TREE, "tests", "page.py"), "--read",
                        os.path.join(out, "report.html"), "published figures hold",
                        "ids-statefulset"], check=True)

        check_interrupt(program, home, os.path.join(scratch, "interrupted"))

        # What is stated differently is judged differently.
        path = os.path.join(home, "scenarios", "claims.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        row = text.index("- id: retries")
        stated = text.index("published: 3", row)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:stated] + "published: 15" + text[stated + len("published: 3"):])
        again = measure(program, home, os.path.join(scratch, "again"))["retries"]
        assert (again["published"], again["measured"], again["verdict"]) == (15, 15, "holds"), again


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
