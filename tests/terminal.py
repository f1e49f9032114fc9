#!/usr/bin/env python3
"""What every command does at a terminal, and where there is none.

    terminal.py PROGRAM

At a terminal there are colours on stdout and one line of progress on stderr, which is gone in the
end; elsewhere, or with NO_COLOR and --quiet, neither. With --json the document is all of stdout.
Tables fit 100 columns.
"""
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading

PROGRAM = os.path.abspath(sys.argv[1])
ESCAPE, LINE_BEGINS = "\033", "\r\033[K"
WIDTH, TERMINAL_WIDTH = 100, 60
LONGEST = "reliable-list-published"  # of the names of contenders, for the widths of tables
QUICKEST = "harbor-23183"  # for all else

SMALL = ["--set", "items=200", "--set", "crash_probe_kills=1"]
# Command line, statuses it may end with, colours in its tables, its document. What an ab or a fault
# comes to is of no interest here.
WHOLE = [
    (["quick", "--contender", LONGEST + ",deckard-documented"] + SMALL, [0, 3], True, "runs"),
    (["sweep", LONGEST, "--role", "worker"], [0], False, "points"),
    (["faults", "--quick", "--contender", LONGEST], [0, 3, 6], False, "cells"),
    (["gate", "gate", "--contender", "harbor-23183"], [0], True, "findings"),
    (["ab", "--a", LONGEST, "--b", LONGEST, "--max-time", "1s", "--set", "items=100"], [0, 4, 6],
     True, "findings"),
    (["claims", "--quick", "--only", "any-number,retries"], [0], True, "claims"),
]
# Which take long: interrupted as soon as their progress has been seen.
LONG = [
    ["soak", "--quick", "--contender", "lease"],
    ["gate-proof", "--blocks", "24"],
    ["selfbench"],
]
# Which run nothing: no progress, and the same at a terminal.
STILL = [["list"], ["check", "million"], ["--help"], ["--version"]]

failed = 0


def expect(holds, words, what, said=""):
    global failed
    if not holds:
        failed = 1
        print(f"dibs {' '.join(words)}: {what}")
        print("\n".join("    " + repr(line) for line in said.splitlines()[-30:]))


class Stream:
    """One of dibs's outputs, read to its end by a thread."""

    def __init__(self, terminal, seen=None):
        self.text, self.seen = "", seen
        self.ours, self.theirs = pty.openpty() if terminal else os.pipe()
        if terminal:
            size = struct.pack("HHHH", 24, TERMINAL_WIDTH, 0, 0)
            fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, size)
        self.thread = threading.Thread(target=self.read)

    def read(self):
        while True:
            try:
                data = os.read(self.ours, 65536)
            except OSError:  # a terminal that was closed
                break
            if not data:
                break
            self.text += data.decode().replace("\r\n", "\n")
            if self.seen and LINE_BEGINS in self.text:
                self.seen()
                self.seen = None


def dibs(words, out_terminal, err_terminal, colour=True, interrupt=False):
    process = None
    begun = threading.Event()

    def stop():
        begun.wait()
        process.send_signal(signal.SIGINT)

    out, err = Stream(out_terminal), Stream(err_terminal, stop if interrupt else None)
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "DIBS_HOME")}
    environment.update({} if colour else {"NO_COLOR": "1"})
    process = subprocess.Popen([PROGRAM] + words, stdin=subprocess.DEVNULL, stdout=out.theirs,
                               stderr=err.theirs, env=environment)
    begun.set()
    for stream in (out, err):
        os.close(stream.theirs)
        stream.thread.start()
    process.wait()
    for stream in (out, err):
        stream.thread.join()
        os.close(stream.ours)
    return process.returncode, out.text, err.text


def check_progress(words, said):
    lines = [text.split("\n")[0] for text in said.split(LINE_BEGINS)[1:]]
    drawn = [line for line in lines if re.match(r".+, .+: +\d+ %", line)]
    expect(drawn, words, "no progress at a terminal", said)
    expect(all(len(line) < TERMINAL_WIDTH for line in drawn), words, "progress that wraps", said)
    expect(lines and lines[-1] not in drawn, words, "the last progress is left there", said)


def check_width(words, said):
    """Of lines in columns: neither prose, nor a path, nor a command to be typed."""
    for line in said.splitlines():
        is_table = re.search(r"\S {2,}\S", line) and not line.startswith("  dibs run")
        expect(not is_table or len(line) <= WIDTH, words, "a table over 100 columns", line)


def check_whole(words, statuses, coloured, key):
    out_dir = ["--out", "out"]
    status, out, err = dibs(words + out_dir, True, True)
    expect(status in statuses, words, f"status {status}", out + err)
    expect((ESCAPE in out) == coloured, words, "colours at a terminal", out)
    check_progress(words, err)
    check_width(words, re.sub("\033\\[[0-9;]*m", "", out))

    words = [word.replace(LONGEST, QUICKEST) for word in words]
    if coloured:
        _, out, err = dibs(words + out_dir, True, False, colour=False)
        expect(ESCAPE not in out, words, "NO_COLOR is not heeded", out)
        expect(ESCAPE not in err, words, "progress where there is no terminal", err)

    status, out, err = dibs(words + out_dir + ["--json", "--quiet"], False, True)
    expect(status in statuses, words + ["--json"], f"status {status}", err)
    expect(ESCAPE not in err, words, "--quiet is not heeded", err)
    try:
        expect(key in json.loads(out), words, f"no {key} in its document", out)
    except ValueError as why:
        expect(False, words, f"--json is not a document: {why}", out)


def check_long(words):
    status, out, err = dibs(words, False, True, interrupt=True)
    expect(status == 130, words, f"status {status} after an interrupt", err)
    check_progress(words, err)


def check_still(words):
    _, piped, _ = dibs(words, False, False)
    status, out, err = dibs(words, True, True)
    expect(status == 0 and out == piped and not err, words, "is not the same at a terminal", err)
    expect(ESCAPE not in out, words, "colours", out)
    check_width(words, out)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.environ["TMPDIR"] = folder
    for case in WHOLE:
        check_whole(*case)
    for case in LONG:
        check_long(case)
    for case in STILL:
        check_still(case)
sys.exit(failed)
