#!/usr/bin/env python3
"""The matrix of faults, from its command line to its files.

faults.py PROGRAM   1 if a cell is missing, a status does not follow from the cells, or a run that
                    is interrupted leaves something behind
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

CONTENDERS = ["harbor-23183", "instance-id", "deckard-renewed"]
FIELDS = ("contender fault verdict hit lost lost_max stranded redundant overlaps lost_updates "
          "stale_writes recovery_s").split()
STATUSES = {"could_not_run": 1, "untrustworthy": 5, "fail": 3, "unknown": 6} # the worst first
TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def begin(program, directory, *words):
    environment = dict(os.environ, DIBS_HOME=TREE, TMPDIR=directory)
    return subprocess.Popen([program, "faults", *words], env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def check_schema(*words):
    validator = os.path.join(TREE, "tests", "validate_result.py")
    schema = os.path.join(TREE, "bench", "faults.schema.json")
    subprocess.run([sys.executable, validator, "--documented", schema], check=True)
    subprocess.run([sys.executable, validator, schema, *words], check=True)


def check_pairs(document):
    rows = [row["fault"] for row in document["faults"]]
    pairs = [(pair["contender"], pair["fault"]) for pair in
             document["cells"] + document["skipped"]]
    assert sorted(pairs) == sorted((c, row) for c in CONTENDERS for row in rows), pairs
    assert len(rows) == 8 and rows == sorted(rows), rows
    for pair in document["skipped"]:
        assert pair["contender"] == "deckard-renewed" and "task" in pair["reason"], pair


def check_cells(document):
    for cell in document["cells"]:
        assert all(field in cell for field in FIELDS), cell
        assert cell["lost"] <= cell["lost_max"] and cell["attempts"] > 0, cell
        assert cell["hit"] == (cell["faults"] == cell["faults_hit"]), cell
        assert cell["hit"] or cell["verdict"] in ("unknown", "fail", "untrustworthy"), cell
        signature = cell["signature"]
        assert (signature is not None) == cell["fault"].endswith("sweep"), cell
        if signature:
            points = dict(signature)
            assert points.pop("points") == sum(points.values()) > 0, cell


def cell_of(document, contender, fault):
    return next(cell for cell in document["cells"]
                if (cell["contender"], cell["fault"]) == (contender, fault))


def check_known(document):
    """What follows from the protocols, however busy the machine is."""
    popped = cell_of(document, "harbor-23183", "05-crash-sweep")
    assert popped["signature"]["lost"] > 0 and popped["lost"] > 0, popped
    assert popped["verdict"] == "not_promised", popped
    assigned = cell_of(document, "instance-id", "05-crash-sweep")
    assert assigned["signature"]["lost"] == 0 and assigned["lost_max"] == 0, assigned


def check_status(document, status):
    expected = [STATUSES[verdict] for verdict in STATUSES
                if any(cell["verdict"] == verdict for cell in document["cells"])]
    assert document["exit_status"] == status == (expected or [0])[0], (status, expected)


def whole(program, directory):
    out = os.path.join(directory, "out")
    run = begin(program, directory, "--quick", "--contender", ",".join(CONTENDERS), "--json",
                "--out", out)
    said, complaints = run.communicate()
    path = os.path.join(out, "faults.json")
    check_schema(path)
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    assert json.loads(said) == document and complaints == "", complaints
    check_pairs(document)
    check_cells(document)
    check_known(document)
    check_status(document, run.returncode)
    with open(os.path.join(out, "faults.txt"), encoding="utf-8") as file:
        table = file.read()
    assert all(row["question"] in table for row in document["faults"]), table
    subprocess.run([os.path.join(TREE, "tests", "page.py"), "--read",
                    os.path.join(out, "report.html"), "harbor-23183", "not promised",
                    "05-crash-sweep"], check=True)
    assert os.listdir(directory) == ["out"], os.listdir(directory)


def processes_of(directory):
    """Those that know of this directory: by their environment, or by the title of their server."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    if directory.encode() in file.read():
                        found.append(pid)
            except OSError:
                pass
    return set(found) - {str(os.getpid())}


def interrupted(program, directory):
    out = os.path.join(directory, "out")
    run = begin(program, directory, "--contender", "claim-safe", "--out", out)
    while not (os.path.isdir(out) and
               any(name.startswith("dibs-") for name in os.listdir(directory))):
        assert run.poll() is None, run.communicate()
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    said, complaints = run.communicate()
    assert run.returncode == 130, (run.returncode, complaints)
    assert complaints == "dibs: interrupted; what was measured until now is kept\n", complaints
    path = os.path.join(out, "faults.json")
    check_schema(path)
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    assert document["exit_status"] == 130
    assert any(cell["verdict"] == "not_run" for cell in document["cells"]), said
    assert os.listdir(directory) == ["out"], os.listdir(directory)
    while processes_of(directory): # the janitor sees the end of dibs, and ends
        time.sleep(0.01)


def main(program):
    for case in (whole, interrupted):
        with tempfile.TemporaryDirectory() as directory:
            case(program, directory)


if __name__ == "__main__":
    main(sys.argv[1])
