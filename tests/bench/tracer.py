# SPDX-License-Identifier: BSD-2-Clause
"""The recorder and its peers, as things that can be started, and run a loop under them.

A tracer of the whole machine is started before the loop and stopped after it (Watch); one
that starts what it traces is put in front of the loop (Wrap). Each runs on the last
processor, the loop on the first.
"""
import contextlib
import os
import signal
import subprocess
import time

from measure import FIRST, LAST, have, prefer, run

READY_S = 20
HERE = os.path.dirname(os.path.abspath(__file__))
SYSCALLS = [f"syscalls:sys_{side}_{call}" for call in ("sendmsg", "recvmsg")
            for side in ("enter", "exit")]


class CannotRun(Exception):
    """Why a peer is left out; printed."""


def stop(process, sign=signal.SIGINT):
    """Seconds until it was gone."""
    start = time.monotonic()
    if process.poll() is None:
        process.send_signal(sign)
    try:
        process.wait(READY_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return time.monotonic() - start


def wait_until(true, process, what):
    deadline = time.monotonic() + READY_S
    while not true():
        if process.poll() is not None:
            raise CannotRun(f"{what} ended at once")
        if time.monotonic() > deadline:
            stop(process, signal.SIGKILL)
            raise CannotRun(f"{what} was not ready after {READY_S} s")
        time.sleep(0.001)


def remove(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


class Watch:
    """A command that traces the machine into a file; ready says when it has begun."""

    def __init__(self, name, command, file, ready, output=os.devnull, slow=False):
        self.name, self.command, self.ready, self.slow = name, command, ready, slow
        self.file, self.output = file, output
        self.process = None

    @contextlib.contextmanager
    def running(self):
        self.ready(True)
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(prefer(LAST, self.command), stdout=output,
                                            stdin=subprocess.DEVNULL,
                                            stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: self.ready(False), self.process, self.name)
            yield []
        finally:
            stop(self.process)


class Wrap:
    """A command that is put in front of the one that it traces.

    One that stops what it traces at each call runs beside it: to wake another processor
    each time would be unfair to it.
    """

    def __init__(self, name, command, file, cpu, slow=False):
        self.name, self.command, self.slow = name, command, slow
        self.file, self.cpu = file, cpu

    @contextlib.contextmanager
    def running(self):
        yield self.command


class Nothing:
    name, slow, cpu = "none", False, FIRST

    @contextlib.contextmanager
    def running(self):
        yield []


def file_ready(path, word=None):
    """A function of (start): removes the file before, looks for it (and word) after."""
    def ready(start):
        if start:
            remove(path)
            return False
        if not os.path.exists(path):
            return False
        if word is None:
            return True
        with open(path, errors="replace") as file:
            return word in file.read(4096)
    return ready


def recorder(build, path, *options, name="fdpass"):
    command = [build / "fdpass-record", "-q", "-o", path, *options]
    return Watch(name, command, path, file_ready(path))


def needs(program):
    if not have(program):
        raise CannotRun("not installed")


def bpftrace(folder):
    needs("bpftrace")
    with contextlib.suppress(OSError):
        os.listdir("/sys/kernel/debug/tracing")  # mounts it, on the first look
    path = folder / "bpftrace.out"
    command = ["bpftrace", "-q", "-B", "line", f"{HERE}/fdpass.bt"]
    return Watch("bpftrace", command, path, file_ready(path, "ready"), path, slow=True)


def strace(folder, *options):
    needs("strace")
    name = " ".join(["strace", *options])
    path = folder / "strace.out"
    return Wrap(name, ["strace", "-f", "-qq", "-e", "trace=sendmsg,recvmsg", *options, "-o",
                       path], path, FIRST, slow=True)


def perf(folder, *options):
    needs("perf")
    events = [word for event in SYSCALLS for word in ("-e", event)]
    path = folder / "perf.data"
    return Wrap("perf record", ["perf", "record", "-q", "-a", *options, *events, "-o", path,
                                "--"], path, LAST)


def trace_cmd(folder):
    needs("trace-cmd")
    events = [word for event in SYSCALLS for word in ("-e", event)]
    path = folder / "trace.dat"
    return Wrap("trace-cmd", ["trace-cmd", "record", "-q", *events, "-o", path], path, LAST)


def peers(build, folder, skipped):
    """Those that work here; a reason for each of the others goes into skipped."""
    found = []
    for name, make in (("bpftrace", bpftrace), ("strace", strace),
                       ("strace --seccomp-bpf", lambda f: strace(f, "--seccomp-bpf")),
                       ("perf record", perf), ("trace-cmd", trace_cmd)):
        try:
            tracer = make(folder)
            with tracer.running() as wrap:
                run(wrap + [build / "tests/bench/loop", "pass", 1])
            found.append(tracer)
        except (CannotRun, RuntimeError, OSError) as reason:
            skipped[name] = str(reason)
    return found
