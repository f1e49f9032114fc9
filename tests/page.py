#!/usr/bin/env python3
"""The page of a report: well-formed, alone, and, where Chromium is installed, as a browser sees it.

page.py DIBS               runs small comparisons and looks at their pages
page.py --inspect FILE     looks at one page
page.py --read FILE WORD...   reads one: it is well-formed, and says these words
"""
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

VOID = {"meta", "br", "hr", "img", "input", "link"}
MARKS = {"path", "circle", "use", "polygon", "polyline", "rect", "line"}
EXTERNAL = re.compile(r"(https?:)?//(?!www\.w3\.org/)[a-z0-9]", re.I)
CHARTS = {"frontier", "operations", "server_cpu", "delay", "service", "progress", "timeline",
          "shares"}
WIDTHS = (360, 1400)

# Looks at the page from within and leaves what it found as the page's title.
PROBE = """
<script>
window.faults = [];
window.addEventListener('error', function (e) { faults.push('error: ' + e.message); });
document.addEventListener('securitypolicyviolation', function (e) {
  faults.push('refused: ' + e.blockedURI);
});
</script>
"""
VERDICT = """
<script>
(function () {
  function fault(text) { faults.push(text); }
  var wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth + 1) fault('the page is ' + wide + ' wide');
  document.querySelectorAll('.chart svg').forEach(function (svg) {
    var name = svg.closest('figure').id, box = svg.getBoundingClientRect();
    if (box.width < 200 || box.height < 50) fault(name + ' is ' + box.width + 'x' + box.height);
    var drawn = 0, box2;
    svg.querySelectorAll('path, use, circle, polygon').forEach(function (mark) {
      if (mark.closest('defs')) return;
      box2 = mark.getBoundingClientRect();
      if (box2.width + box2.height > 0) drawn++;
    });
    if (drawn < 5) fault(name + ' has only ' + drawn + ' marks');
    svg.querySelectorAll('text').forEach(function (text) {
      var shade = getComputedStyle(text).fill;
      if (shade === getComputedStyle(document.querySelector('figure')).backgroundColor)
        fault(name + ' has invisible text');
    });
  });
  var sorted = 0;
  document.querySelectorAll('table.sortable').forEach(function (table) {
    var body = table.tBodies[0], head = table.tHead.rows[0].cells[0];
    function names() {
      return Array.from(body.rows).map(function (row) { return row.cells[0].textContent.trim(); });
    }
    var before = names();
    head.click();
    var up = names();
    head.click();
    var down = names();
    var order = before.slice().sort(function (a, b) {
      return a.localeCompare(b, undefined, {numeric: true});
    });
    if (up.join() !== order.join()) fault('not sorted: ' + up.join());
    if (down.join() !== order.reverse().join() && new Set(before).size === before.length)
      fault('not sorted downwards: ' + down.join());
    sorted++;
  });
  if (performance.getEntriesByType('resource').length) fault('it asks for something');
  document.title = JSON.stringify({
    faults: faults, charts: document.querySelectorAll('.chart svg').length, tables: sorted,
    ground: getComputedStyle(document.body).backgroundColor, width: window.innerWidth});
})();
</script>
"""


class Page(html.parser.HTMLParser):
    """Whether every element is closed, what each figure draws, and what is asked for."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.marks, self.figure = [], [], {}, None
        self.ids = set()

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if "id" in named and named["id"] in self.ids:
            self.faults.append(f"id {named['id']} is there twice")
        self.ids.add(named.get("id"))
        if tag == "figure":
            self.figure = named.get("id")
            self.marks[self.figure] = 0
        if self.figure and tag in MARKS:
            self.marks[self.figure] += 1
        for name, value in attributes:
            if name in ("src", "href", "xlink:href", "action") and not value.startswith("#"):
                self.faults.append(f"<{tag} {name}={value}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open and tag not in VOID and self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()} closes nothing")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style", "script") and EXTERNAL.search(data):
            self.faults.append("style or script names a host")


def contrast(colour, ground):
    """As the accessibility guidelines have it: 3 is enough for what is drawn."""
    def light(text):
        parts = [int(text[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    low, high = sorted((light(colour), light(ground)))
    return (high + 0.05) / (low + 0.05)


def check_colours(path):
    """Every contender's colour can be seen on its ground, light and dark."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    schemes = re.findall(r"--paper: (#\w{6})(.*?)}", text, re.S)
    if len(schemes) != 2:
        sys.exit(f"{path}: not a light and a dark scheme, but {len(schemes)}")
    for paper, rest in schemes:
        shades = re.findall(r"--k\d: (#\w{6})", rest)
        faint = [s for s in shades if contrast(s, paper) < 2.95]
        if len(set(shades)) != 8 or faint:
            sys.exit(f"{path}: on {paper} of {shades} too faint are {faint}")


def inspect(path):
    """The figures of a page, having found no fault in its text."""
    page = Page()
    with open(path, encoding="utf-8") as file:
        page.feed(file.read())
    page.faults += [f"<{tag}> is not closed" for tag in page.open]
    page.faults += [f"{name} draws nothing" for name, marks in page.marks.items()
                    if name and name.startswith("chart-") and marks < 5]
    if page.faults:
        sys.exit(f"{path}: " + "; ".join(page.faults[:5]))
    return {name[len("chart-"):] for name in page.marks if name and name.startswith("chart-")}


def look(browser, path, width, dark, scratch):
    """What a browser makes of the page at this width: {faults, charts, tables, ...}."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text = text.replace("<style>", PROBE + "<style>", 1).replace("</body>", VERDICT + "</body>", 1)
    # A window is never narrower than 500 pixels: a narrow page is one inside a frame.
    inner = os.path.join(scratch, "inner.html")
    with open(inner, "w", encoding="utf-8") as file:
        file.write(text)
    outer = os.path.join(scratch, "outer.html")
    with open(outer, "w", encoding="utf-8") as file:
        style = f"width:{width}px;height:900px;border:0"
        file.write(f'<iframe src="inner.html" style="{style}"></iframe>'
                   "<script>document.querySelector('iframe').onload = function () {"
                   "document.title = this.contentDocument.title; };</script>")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
               "--enable-logging=stderr", "--allow-file-access-from-files",
               f"--user-data-dir={scratch}/profile",
               "--window-size=1500,1000", "--virtual-time-budget=20000", "--dump-dom",
               "--blink-settings=preferredColorScheme=" + ("0" if dark else "1"),
               "file://" + outer]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=True)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.S)
    if not title:
        sys.exit(f"{path}: the browser said nothing: {done.stdout[:200]} {done.stderr[-500:]}")
    found = json.loads(title.group(1).replace("&amp;", "&").replace("&lt;", "<"))
    found["faults"] += console
    return found


def browse(path, charts):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        print("no Chromium here: the page was read, not looked at")
        return
    grounds = set()
    for width in WIDTHS:
        for dark in (False, True):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
                found = look(browser, path, width, dark, scratch)
            if found["faults"] or found["width"] != width:
                sys.exit(f"{path}, {width} wide, dark {dark}: {found}")
            if found["charts"] != charts or found["tables"] == 0:
                sys.exit(f"{path}: {found['charts']} charts and {found['tables']} tables are seen")
            grounds.add(found["ground"])
    if len(grounds) != 2:
        sys.exit(f"{path}: light and dark are the same: {grounds}")


def run(dibs, arguments, status=0):
    done = subprocess.run([dibs, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != status:
        said = done.stdout + done.stderr
        sys.exit(f"dibs {' '.join(arguments)}: status {done.returncode}\n{said}")
    return done


def must_say(path, words):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for word in words:
        if word not in text:
            sys.exit(f"{path}: '{word}' is not there")


def compare(dibs, directory):
    """A comparison with repeats, a crash that is survived and one that is not."""
    out = os.path.join(directory, "run")
    run(dibs, ["quick", "--quiet", "--contender", "harbor-23183,lease,null", "--set",
               "items=2000", "--set", "crash_probe_kills=2", "--repeat", "2", "--out", out])
    page = os.path.join(out, "report.html")
    charts = inspect(page)
    if not CHARTS <= charts:
        sys.exit(f"{page}: without {', '.join(sorted(CHARTS - charts))}")
    must_say(page, ["Choose lease", "not measured", "How to read this", "harbor-23183"])
    if os.path.getsize(page) > 3_000_000:
        sys.exit(f"{page}: more than 3 MB")
    for name in ("delay-lease.hgrm", "runs.csv", "frontier.png", "frontier.tsv"):
        if os.path.getsize(os.path.join(out, name)) == 0:
            sys.exit(f"{out}/{name} is empty")
    check_colours(page)
    browse(page, len(charts))
    return out


def rebuild(dibs, directory, out):
    """The same page again, alone and beside others, from nothing but documents."""
    with open(os.path.join(out, "report.html"), encoding="utf-8") as file:
        before = file.read()
    again = os.path.join(directory, "again")
    run(dibs, ["report", os.path.join(out, "result.json"), "--out", again])
    with open(os.path.join(again, "report.html"), encoding="utf-8") as file:
        if file.read() != before:
            sys.exit("a page that is rebuilt differs from the first")
    faults = {"faults": [{"fault": "crash", "question": "who goes on?", "seed": 77}],
              "cells": [{"contender": "harbor-23183", "fault": "crash", "verdict": "not promised",
                         "hit": True, "lost": 34, "stranded": 0, "redundant": 0, "recovery_s": 1},
                        {"contender": "null", "fault": "crash", "verdict": "unknown",
                         "hit": False}],
              "skipped": [{"contender": "null", "reason": "<b>nothing</b> & to break"}]}
    claims = {"claims": [{"id": "c1", "document": "summary", "line": 7, "claim": "costs 5 calls",
                          "published": 5, "measured": 5.1, "unit": "calls", "verdict": "holds",
                          "command": "dibs quick"}]}
    paths = [os.path.join(directory, name) for name in ("faults.json", "claims.json")]
    for path, document in zip(paths, (faults, claims)):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
    together = os.path.join(directory, "together")
    run(dibs, ["report", out, *paths, "--out", together])
    page = os.path.join(together, "report.html")
    inspect(page)
    must_say(page, ["2 cells: 0 fail, 1 not promised, 1 unknown", "1 that were not run, and why",
                    "not promised", "34 lost", "the fault did not hit", "who goes on?", ">77<",
                    "costs 5 calls", "&lt;b&gt;nothing&lt;/b&gt; &amp;"])


def vary(dibs, directory):
    """One thing varied: its chart; a point that would take too long is left out, and said."""
    out = os.path.join(directory, "vary")
    done = run(dibs, ["scaling-items", "--contender", "harbor-23183,claim-published",
                      "--set", "vary.items=100,400,90000000", "--out", out])
    if "skipped harbor-23183 at 90000000 items" not in done.stderr:
        sys.exit(f"nothing was skipped: {done.stderr}")
    quiet = run(dibs, ["scaling-items", "--quiet", "--contender", "harbor-23183", "--set",
                       "vary.items=100,90000000", "--out", os.path.join(directory, "quiet")])
    if quiet.stderr:
        sys.exit(f"quiet, and yet: {quiet.stderr}")
    with open(os.path.join(out, "result.json"), encoding="utf-8") as file:
        result = json.load(file)
    if [r["items"]["total"] for r in result["runs"]] != [100, 100, 400, 400]:
        sys.exit("the items are not those that were asked for")
    if inspect(os.path.join(out, "report.html")) != {"scaling"}:
        sys.exit("the page of a varied scenario has other charts than that")
    must_say(os.path.join(out, "report.html"), ["90,000,000 items was skipped"])


def strain(dibs, directory):
    """Results with nothing in them, cut off, or of a kind that is not known."""
    cases = {
        "empty": ({"schema": "dibs/result", "status": "complete", "runs": []}, "nothing to choose"),
        "cut": ({"schema": "dibs/result", "status": "running", "runs": []}, "cut off"),
        "failed": ({"schema": "dibs/result", "status": "failed", "error": "no <server>", "runs": [
            {"contender": "null", "repeat": 1, "status": "failed", "error": "it died"}]},
                   "no &lt;server&gt;"),
        "unknown": ({"something": 1}, "does not know"),
        "odd": ({"runs": [{"contender": 7, "per_item": [], "status": "complete"}, 3]}, "choose"),
    }
    for name, (document, words) in cases.items():
        path = os.path.join(directory, name + ".json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
        out = os.path.join(directory, name)
        run(dibs, ["report", path, "--out", out])
        inspect(os.path.join(out, "report.html"))
        must_say(os.path.join(out, "report.html"), [words])
    for wrong in ("missing", directory + "/nothing.json", directory):
        run(dibs, ["report", wrong], status=2)


def main(arguments):
    if arguments[0] == "--inspect":
        charts = inspect(arguments[1])
        browse(arguments[1], len(charts))
        return
    if arguments[0] == "--read":
        inspect(arguments[1])
        must_say(arguments[1], arguments[2:])
        return
    with tempfile.TemporaryDirectory() as directory:
        strain(arguments[0], directory)
        vary(arguments[0], directory)
        rebuild(arguments[0], directory, compare(arguments[0], directory))


if __name__ == "__main__":
    main(sys.argv[1:])
