# SPDX-License-Identifier: BSD-2-Clause
"""What recording costs: the works of loop.c under the recorder and under its peers."""
import contextlib
import random
import signal
import subprocess
import sys
import time

from measure import FIRST, TOLERANCE, above, median, prefer, run, say
from tracer import (CannotRun, HERE, Nothing, peers, perf, recorder, remove, stop, strace,
                    trace_cmd, wait_until)

# Work, what it is, goal of the plain recorder, goal with --exact-files.
WORKS = (
    ("pass", "1 descriptor, one process", 1.5, None),
    ("between", "1 descriptor and an answer, two processes", 1.2, None),
    ("python", "1 descriptor, loop in Python", 1.2, None),
    ("plain", "message without descriptors", 1.10, None),
    ("getppid", "getppid", 1.01, None),
    ("open", "open + close", 1.01, 1.03),
    ("socket", "socket + close", 1.01, 1.03),
    ("tcp", "TCP request and answer on loopback", 1.02, 1.03),
)
CHUNKS, CHUNKS_SLOW = 25, 5  # of some milliseconds, whose median counts
FLOOD_MS = 2000
IDLE_S = 3
CHUNKS_DISK = 50
TIMES_PASS = 1000 + 10  # passes of "pass" in a chunk, and its share of warming up


def figure(text):
    """The number in what a loop printed; its tracer may have printed around it."""
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            return float(line)
    raise ValueError(text)


class Record:
    def __init__(self, build, gate, table, rounds):
        self.build, self.gate, self.table, self.rounds = build, gate, table, rounds
        self.loop = build / "tests/bench/loop"
        self.folder = build / "bench"
        self.trace = self.folder / "recorded.fdpass"
        self.skipped = {}

    def all(self):
        self.overhead()
        self.disk()
        self.flood()
        self.processor_time()
        self.start_and_stop()

    # Round trips: none, A, none, B, none ... in an order of its own each round.

    def command(self, work, chunks):
        if work == "python":
            return ["python3", f"{HERE}/loop.py", chunks]
        return [self.loop, work, chunks]

    def times(self, tracer):
        """Nanoseconds of each work while the tracer runs."""
        chunks = CHUNKS_SLOW if tracer.slow else CHUNKS
        with tracer.running() as wrap:
            cpu = tracer.cpu if wrap else FIRST
            return {work: figure(run(prefer(cpu, wrap + self.command(work, chunks))))
                    for work, *_ in WORKS}

    def round(self, tracers):
        """Ratios of each tracer to the mean of what came before and after it."""
        order = random.sample(tracers, len(tracers))
        nothing = Nothing()
        before = self.gate.measure(lambda: self.times(nothing))
        ratios = {}
        for tracer in order:
            try:
                during = self.gate.measure(lambda t=tracer: self.times(t))
            except (CannotRun, RuntimeError) as reason:
                self.skipped[tracer.name] = str(reason)
                continue
            after = self.gate.measure(lambda: self.times(nothing))
            ratios[tracer.name] = {work: 2 * during[work] / (before[work] + after[work])
                                   for work in during
                                   if self.steady(before[work], after[work])}
            before = after
        return before, ratios

    def steady(self, before, after):
        """Did the untraced work take the same time before and after?"""
        steady = max(before, after) <= TOLERANCE * min(before, after)
        self.gate.ratios += 1
        self.gate.dropped += not steady
        return steady

    def overhead(self):
        ours = recorder(self.build, self.trace)
        exact = recorder(self.build, self.trace, "--exact-files", name="exact")
        tracers = [ours, exact] + peers(self.build, self.folder, self.skipped)
        base, all_ratios = [], []
        for number in range(self.rounds):
            say(f"record: round {number + 1} of {self.rounds}")
            nothing, ratios = self.round(tracers)
            base.append(nothing)
            all_ratios.append(ratios)

        def of(name, work):
            found = [ratios[name][work] for ratios in all_ratios
                     if work in ratios.get(name, {})]
            return median(found) if found else None

        names = [t.name for t in tracers if t.name not in ("fdpass", "exact")]
        for work, title, goal, exact_goal in WORKS:
            others = ", ".join(f"{name} {of(name, work):.2f}" for name in names
                               if of(name, work))
            nanoseconds = median([times[work] for times in base])
            self.table.ratio(title, of("fdpass", work), goal, others,
                             f" (of {nanoseconds:.0f} ns)")
            self.table.ratio("  with --exact-files", of("exact", work), exact_goal)
        for name, reason in self.skipped.items():
            self.table.add(f"  {name}", "skipped", peers=reason)

    # What the passes of one process take on disk; its two processes never change.

    def disk(self):
        others = []
        for name, make, pack in (
                ("strace + zstd -3", lambda: strace(self.folder, "-yy", "-ttt"), True),
                ("perf record -z", lambda: perf(self.folder, "-z"), False),
                ("trace-cmd", lambda: trace_cmd(self.folder), False)):
            try:
                others.append(f"{name} {self.bytes_each(make(), pack):.1f}")
            except (CannotRun, RuntimeError, OSError) as reason:
                others.append(f"{name} skipped ({reason})")
        ours = self.bytes_each(recorder(self.build, self.trace), False)
        self.table.add("bytes per descriptor event, one process", f"{ours:.1f}",
                       peers=", ".join(others))

    def bytes_each(self, tracer, pack):
        """Bytes on disk for each event of two in a pass; pack: as zstd leaves them."""
        with tracer.running() as wrap:
            run(wrap + [self.loop, "pass", CHUNKS_DISK])
        size = tracer.file.stat().st_size
        if pack:
            size = int(run(["sh", "-c", 'zstd -3 -c "$1" | wc -c', "sh", tracer.file]))
        return size / (2 * CHUNKS_DISK * TIMES_PASS)

    # Two processes flat out: does anything get lost, and how much slower are they?

    def flood_rate(self):
        passes, seconds = run([self.loop, "flood", FLOOD_MS]).split()
        return int(passes) / float(seconds)

    def recorded(self):
        """Status of the trace, and what the reader says of it."""
        done = subprocess.run([self.build / "fdpass-replay", "--info", self.trace],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False)
        facts = dict(line.split(None, 1) for line in done.stdout.splitlines()
                     if line[:1].isalpha() and " " in line)
        return done.returncode, facts.get("complete", done.stdout.strip()[:80])

    def flood(self):
        ratios, rates, complete = [], [], []
        for number in range(self.rounds):
            say(f"flood: round {number + 1} of {self.rounds}")
            before = self.gate.measure(self.flood_rate)
            remove(self.trace)
            ours = subprocess.Popen([self.build / "fdpass-record", "-q", "-o", self.trace],
                                    stderr=subprocess.DEVNULL)
            try:
                wait_until(self.trace.exists, ours, "fdpass-record")
                rates.append(self.flood_rate())
            finally:
                stop(ours)
            complete.append(self.recorded())
            after = self.gate.measure(self.flood_rate)
            ratios.append(2 * rates[-1] / (before + after))
        lost = [facts for status, facts in complete if status]
        self.table.add("passes a second, two processes flat out",
                       f"{median(rates):,.0f} ({median(ratios):.2f} of untraced)",
                       "nothing lost", bool(lost),
                       lost[0] if lost else f"complete {len(complete)} times")

    # Time of the recorder itself.

    def processor_time(self):
        """Nanoseconds of its CPU clock for each event, and what it does when idle."""
        costs = []
        for _ in range(self.rounds):
            costs.append(self.gate.measure(self.cost_once))
        cost = median(costs)
        self.table.add("recorder CPU per descriptor event", f"{cost / 1000:.3f} us",
                       "<= 0.3 us", above(cost, 300))
        alone = [float(run(prefer(FIRST, [self.build / "tests/bench/consume", 1000000])))
                 for _ in range(self.rounds)]
        self.table.add("  its user side alone, without a kernel",
                       f"{median(alone) / 1000:.3f} us")
        # A filter keeps nobody's messages from waking us: the quietest time counts.
        wakes, spent = min(self.idle_once() for _ in range(self.rounds))
        self.table.add(f"wake-ups while idle, in {IDLE_S} s",
                       f"{wakes} ({spent / 1000:.0f} us)", "0", above(wakes, 0))

    def cost_once(self):
        passes = 200 * TIMES_PASS
        tracer = recorder(self.build, self.trace)
        with tracer.running():
            time.sleep(1.2)  # the snapshot is flushed
            clock = ~tracer.process.pid << 3 | 2  # clock_getcpuclockid(3)
            start = time.clock_gettime_ns(clock)
            run(prefer(FIRST, [self.loop, "pass", 200]))
            time.sleep(1.2)
            return (time.clock_gettime_ns(clock) - start) / (2 * passes)

    def idle_once(self):
        tracer = recorder(self.build, self.trace, "--comm", "fdpass-nobody")
        with tracer.running():
            time.sleep(2.5)
            clock = ~tracer.process.pid << 3 | 2
            start, switches = time.clock_gettime_ns(clock), self.switches(tracer.process.pid)
            time.sleep(IDLE_S)
            return (self.switches(tracer.process.pid) - switches,
                    time.clock_gettime_ns(clock) - start)

    @staticmethod
    def switches(pid):
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            return sum(int(line.split()[1]) for line in file if "_ctxt_switches" in line)

    # From the command line to the first event, and from the signal to the end.

    def start_and_stop(self):
        for sockets, limit in ((0, 0.2), (50000, 2.0)):
            starts, stops = [], []
            for _ in range(self.rounds):
                try:
                    begun, ended = self.gate.measure(lambda n=sockets: self.start_once(n))
                except (CannotRun, RuntimeError, OSError) as reason:
                    self.table.add(f"start and stop, {sockets} sockets", "not measured",
                                   peers=str(reason))
                    return
                starts.append(begun)
                stops.append(ended)
            held = f", {sockets} sockets held" if sockets else ""
            self.table.add(f"start to first event{held}", f"{median(starts) * 1000:.0f} ms",
                           "" if sockets else "< 300 ms",
                           None if sockets else above(median(starts), 0.3))
            self.table.add(f"signal to end{held}", f"{median(stops) * 1000:.0f} ms",
                           f"< {limit * 1000:.0f} ms", above(median(stops), limit))

    def start_once(self, sockets):
        scene = subprocess.Popen([self.loop, "trickle", str(sockets)],
                                 stdout=subprocess.PIPE, text=True)
        try:
            scene.stdout.readline()
            remove(self.trace)
            begun = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            ours = subprocess.Popen([self.build / "fdpass-record", "-q", "-o", self.trace],
                                    stderr=subprocess.DEVNULL)
            try:
                wait_until(self.trace.exists, ours, "fdpass-record")
                time.sleep(0.5)
            finally:
                ended = stop(ours)
            return (self.first_event(scene.pid) - begun) / 1e9, ended
        finally:
            stop(scene, signal.SIGKILL)
            scene.stdout.close()

    def first_event(self, pid):
        text = run([self.build / "fdpass-replay", "--view", "sends", "--format", "csv",
                    "--columns", "boot_ns,pid", self.trace], good=(0, 3))
        for line in text.splitlines():
            if line.endswith(f",{pid}"):
                return int(line.split(",")[0])
        raise CannotRun("nothing was recorded")
