# SPDX-License-Identifier: BSD-2-Clause
"""Running and timing commands, gating on a quiet machine, and the table of results.

Every command has a time limit. What is measured runs with the highest priority, so that
other programs get little of its processor; the gate tells when they got it all the same.
"""
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

LIMIT = 300  # seconds for one command
FIRST, LAST = 0, os.cpu_count() - 1  # processors of the work and of the tracer
TOLERANCE = 1.15  # slower than the best calibration: disturbed
ATTEMPTS = 3


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def prefer(cpu, command):
    """The command on one processor, before everything else."""
    nice = ["nice", "-n", "-20"] if os.geteuid() == 0 else []
    pin = ["taskset", "-c", str(cpu)] if cpu is not None else []
    return pin + nice + [str(part) for part in command]


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:100] if lines else ""


def run(command, good=(0,)):
    """Standard output of a command that must succeed."""
    command = [str(part) for part in command]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, errors="replace", timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as late:
        raise RuntimeError(f"{command[0]}: took more than {LIMIT} s") from late
    if done.returncode not in good:
        raise RuntimeError(last_line(done.stderr) or f"exit status {done.returncode}")
    return done.stdout


def clean_run(command, output=subprocess.DEVNULL, cpu=LAST):
    """Wall seconds and greatest resident set in KiB; exit status 3 is no failure."""
    start = time.monotonic()
    child = subprocess.Popen(prefer(cpu, command), stdout=output,
                             stderr=subprocess.DEVNULL)
    deadline = start + LIMIT
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        if time.monotonic() > deadline:
            child.kill()
            child.wait()
            raise RuntimeError(f"{command[0]}: took more than {LIMIT} s")
        time.sleep(0.0005)
    seconds = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 3):
        raise RuntimeError(f"{command[0]}: exit status {child.returncode}")
    return seconds, usage.ru_maxrss


def have(program):
    return shutil.which(program) is not None


def median(values):
    return statistics.median(values)


class Gate:
    """Refuses what was measured while something else had the processors."""

    def __init__(self, build):
        self.command = [build / "tests/bench/loop", "spin", 5]
        self.best = None
        self.refused = 0
        self.accepted = 0
        self.ratios = 0
        self.dropped = 0  # of these, for the untraced work changed meanwhile
        self.disturbed = 0  # kept after all, for lack of a quiet moment

    def _spin(self):
        slowest = max(float(run(self._on(cpu))) for cpu in {FIRST, LAST})
        self.best = min(slowest, self.best or slowest)
        return slowest

    def _on(self, cpu):
        # The loop pins itself to the first processor; spin_on moves it.
        return prefer(None, self.command) + [cpu]

    def measure(self, work):
        """What work() returns, from a quiet moment if there is one in a few attempts."""
        for attempt in range(ATTEMPTS):
            before = self._spin()
            result = work()
            after = self._spin()
            if max(before, after) <= self.best * TOLERANCE:
                self.accepted += 1
                return result
            self.refused += 1
            time.sleep(0.5 * (attempt + 1))
        self.disturbed += 1
        return result

    def verdict(self):
        total = self.accepted + self.disturbed
        if not total:
            return "nothing measured"
        text = f"{self.refused} measurements refused and repeated"
        if self.dropped:
            text += f", {self.dropped} of {self.ratios} ratios dropped"
        if self.disturbed:
            text += f", {self.disturbed} of {total} kept although disturbed"
        return text

    def trustworthy(self):
        return (self.disturbed * 10 <= self.accepted + self.disturbed and
                self.dropped * 4 <= self.ratios)


def above(value, limit):
    """By how much a goal of at most limit is missed, as a share of it; negative: met."""
    return value / limit - 1 if limit else value > 0


def below(value, limit):
    """The same for a goal of at least limit."""
    return 1 - value / limit


class Table:
    """Rows of: what, our figure, the goal, whether it is met, and what others do."""

    HEAD = ("work", "fdpass", "goal", "met", "compare")

    def __init__(self):
        self.rows = []

    def add(self, what, figure, goal="", missed=None, peers=""):
        """missed: by above() or below(); True or False where no share can be told."""
        if missed is None:
            met = ""
        elif missed <= 0:
            met = "yes"
        else:
            met = "NO" if missed is True else f"NO, by {missed:.1%}"
        self.rows.append((what, figure, goal, met, peers))

    def ratio(self, what, value, limit, peers="", detail=""):
        """A ratio to the same work without us; a limit of None is no goal."""
        if value is None:
            self.add(what, "not measured", f"<= {limit}" if limit else "", None, peers)
            return
        self.add(what, f"{value:.3f}{detail}", f"<= {limit}" if limit else "",
                 above(value, limit) if limit else None, peers)

    def text(self):
        rows = [self.HEAD, tuple("---" for _ in self.HEAD)] + self.rows
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        lines = []
        for row in rows:
            cells = [row[i].ljust(widths[i], "-" if set(row[i]) == {"-"} else " ")
                     for i in range(4)]
            lines.append(f"| {' | '.join(cells)} | {row[4]} |")
        return "\n".join(lines)


def raise_limits():
    """Tracers map large buffers, and the scene holds 50,000 sockets."""
    for what, wanted in ((resource.RLIMIT_MEMLOCK, resource.RLIM_INFINITY),
                         (resource.RLIMIT_NOFILE, 65536)):
        try:
            resource.setrlimit(what, (wanted, wanted))
        except (ValueError, OSError):
            pass
