#!/usr/bin/env python3
"""The soak, from its command line to its end.

soak.py PROGRAM   1 if a seed is not soaked alone, or if a soak that is interrupted in one of its
                  three parts does not say so, or leaves a process or a file behind
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

CONTENDER = "reliable-list"
TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Tells that it was started, where nobody can miss it.
SERVER = """#!/bin/sh
echo started >LOG
exec PROGRAM "$@"
"""


def begin(program, directory, *words, **more):
    environment = dict(os.environ, DIBS_HOME=TREE, TMPDIR=directory)
    return subprocess.Popen([program, "soak", "--contender", CONTENDER, *words], env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def left(directory):
    """Files of dibs, and processes that have its TMPDIR."""
    mark = f"TMPDIR={directory}".encode()
    found = os.listdir(directory)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if mark in file.read().split(b"\0"):
                    found.append(pid)
        except OSError:
            pass # it has ended, or is somebody else's
    return found


def check_seed(program, directory):
    run = begin(program, directory, "--seed", "3", "--json")
    out, err = run.communicate()
    document = json.loads(out)
    row = document["contenders"][0]
    assert run.returncode == 0 and document["status"] == "complete", (run.returncode, out, err)
    assert row["contender"] == CONTENDER and row["runs"] == 1 and row["faults"] > 0, row
    assert row["accused"] == row["unsure"] == 0 and document["findings"] == [], out
    assert document["killed_writers"]["histories"] == 1, out
    assert document["leaks"]["runs"] == 0, out
    again = begin(program, directory, "--seed", "3", "--json").communicate()[0]
    assert json.loads(again)["contenders"][0]["faults"] == row["faults"], again


def check_end(run, directory, part):
    out, err = run.communicate()
    assert run.returncode == 130, (part, run.returncode, out, err)
    assert "interrupted; what was run until now is shown" in err, (part, err)
    assert not left(directory), (part, left(directory))
    return out


def interrupt_worlds(program, directory, *words):
    """While worlds run; it goes on for much longer than this test has to wait."""
    server = os.path.join(os.path.dirname(directory), "server")
    redis = os.path.join(os.path.dirname(directory), "redis-server")
    if not os.path.lexists(redis):  # one program, which goes by what it is called
        os.symlink(shutil.which("redis-server") or shutil.which("redis-check-rdb"), redis)
    with open(server, "w", encoding="ascii") as file:
        file.write(SERVER.replace("LOG", f"{server}.log").replace("PROGRAM", redis))
    os.chmod(server, 0o755)
    os.mkfifo(f"{server}.log")
    with open(os.open(f"{server}.log", os.O_RDWR), encoding="ascii") as log:
        run = begin(program, directory, "--redis-server", server, *words)
        log.readline()  # it is tried before anything is begun
        log.readline()
        run.send_signal(signal.SIGINT)
        out = check_end(run, directory, "worlds")
    os.unlink(f"{server}.log")
    return out


def interrupt_behind(program, directory, line):
    """When the part that this line is about is over, and the next one goes on."""
    run = begin(program, directory, "--quick")
    said = ""
    while not said.startswith(line):
        said = run.stdout.readline()
        assert said, "it has ended"
    run.send_signal(signal.SIGINT)
    return check_end(run, directory, line)


def main(program):
    with tempfile.TemporaryDirectory() as scratch:
        directory = os.path.join(scratch, "tmpdir")
        os.mkdir(directory)
        check_seed(program, directory)
        out = interrupt_worlds(program, directory)
        assert "a part: " in out and " of 200 runs\n" in out, out
        assert out.endswith("interrupted: this is a part\n") and "killed writers" not in out, out
        document = json.loads(interrupt_worlds(program, directory, "--json"))
        assert document["status"] == "interrupted", document
        assert document["contenders"][0]["runs"] < 200, document
        out = interrupt_behind(program, directory, CONTENDER)
        assert out.endswith("interrupted: this is a part\n"), out
        out = interrupt_behind(program, directory, "killed writers")
        assert out.endswith("interrupted: this is a part\n"), out


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
