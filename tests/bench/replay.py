# SPDX-License-Identifier: BSD-2-Clause
"""What reading costs: traces of the chain workload, against zstd and other readers."""
import os
import subprocess
import time

from measure import LAST, above, below, clean_run, have, median, prefer, run, say
from tracer import SYSCALLS

MILLION = 1_000_000
ROWS = (("table", 5), ("csv", 5), ("jsonl", 4))  # goals in million rows a second
CHAINS = (1, 2, 5, 10)  # million passes
STREAM_KIB = 64 * 1024
PASS_BYTES = 80
PEER_CHUNKS = 100  # of 1000 passes, for the readers of other traces


class Replay:
    def __init__(self, build, gate, table, rounds):
        self.build, self.gate, self.table, self.rounds = build, gate, table, rounds
        self.folder = build / "bench"
        self.tool = build / "fdpass-replay"

    def all(self):
        self.disk()
        best = self.peers()
        for events in (MILLION, 10 * MILLION):
            self.decode(events)
            self.rows(events, best)
        self.chains()
        self.threads()
        self.since()

    def generated(self, kind, events):
        """A file of the chain workload, made once for each version of the generator."""
        generator = self.build / "tests/bench/generate"
        path = self.folder / f"chains-{events}.{'fdpass' if kind == 'trace' else 'jsonl'}"
        if not path.exists() or path.stat().st_mtime < generator.stat().st_mtime:
            say(f"making {path}")
            with open(f"{path}.tmp", "wb") as out:
                subprocess.run([generator, kind, str(events)], stdout=out, check=True,
                               stderr=subprocess.DEVNULL, timeout=300)
            os.rename(f"{path}.tmp", path)
        return path

    def alternate(self, commands):
        """Median seconds and greatest KiB of each command, one after the other."""
        found = {name: [] for name in commands}
        for _ in range(self.rounds):
            for name, command in commands.items():
                found[name].append(self.gate.measure(lambda c=command: clean_run(c)))
        return {name: (median([seconds for seconds, _ in runs]),
                       max(kib for _, kib in runs)) for name, runs in found.items()}

    # Size.

    def disk(self):
        events = 1_670_000  # a million messages at either end
        trace = self.generated("trace", events)
        lines = self.generated("json", events)
        packed = int(run(["sh", "-c", 'zstd -3 -c "$1" | wc -c', "sh", lines]))
        ours = trace.stat().st_size
        each = ours / events
        self.table.add("bytes per descriptor event, chain workload", f"{each:.1f}", "<= 12",
                       above(each, 12),
                       f"{ours / MILLION:.1f} per message event; JSON lines "
                       f"{lines.stat().st_size / events:.0f}, with zstd -3 "
                       f"{packed / events:.1f}")
        self.table.ratio("  relative to JSON lines with zstd -3", ours / packed, 0.5)

    # Decoding, and rows.

    def decode(self, events):
        trace = self.generated("trace", events)
        found = self.alternate({
            "zstd": ["zstd", "-q", "-dc", trace],
            "summary": [self.tool, "--view", "summary", trace],
        })
        (zstd, _), (ours, kib) = found["zstd"], found["summary"]
        self.table.ratio(f"decode {events // MILLION} M events (summary)", ours / zstd, 1.5,
                         f"zstd -dc {zstd:.3f} s", f" ({ours:.3f} s)")
        self.table.add("  memory", f"{kib / 1024:.0f} MiB", "<= 64 MiB",
                       above(kib, STREAM_KIB))

    def rows(self, events, best):
        trace = self.generated("trace", events)
        for view in ("passes", "sends"):
            found = self.alternate({
                name: [self.tool, "--view", view, "--format", name, trace]
                for name, _ in ROWS})
            rows = events // 2  # each pass has two events
            for name, goal in ROWS:
                seconds, kib = found[name]
                rate = rows / seconds / MILLION
                peer = f"{events / seconds / MILLION / best[1]:.0f} x {best[0]} in events " \
                    "a second" if best else ""
                self.table.add(f"{view} as {name}, {events // MILLION} M events",
                               f"{rate:.2f} M rows/s", f">= {goal} M", below(rate, goal),
                               peer + f"; {kib / 1024:.0f} MiB")
            kib = max(found[name][1] for name, _ in ROWS)
            self.table.add(f"  memory of the view {view}", f"{kib / 1024:.0f} MiB",
                           "<= 64 MiB", above(kib, STREAM_KIB))

    # Chains.

    def chains(self):
        commands = {}
        for millions in CHAINS:
            trace = self.generated("trace", 2 * millions * MILLION)
            commands[millions] = [self.tool, "--view", "chains", "--format", "csv", trace]
        found = self.alternate(commands)
        first = found[CHAINS[0]][0]
        for millions in CHAINS:
            seconds, kib = found[millions]
            self.table.add(f"chains of {millions} M passes", f"{seconds:.2f} s",
                           "< 0.7 s" if millions == 1 else f"{millions} x",
                           above(seconds, 0.7 if millions == 1 else 1.2 * millions * first),
                           f"{seconds / first:.1f} times the first; {kib / 1024:.0f} MiB")
        low, high = CHAINS[0], CHAINS[-1]
        each = (found[high][1] - found[low][1]) * 1024 / ((high - low) * MILLION)
        self.table.add("  memory per pass", f"{each:.0f} bytes", f"<= {PASS_BYTES}",
                       above(each, PASS_BYTES))

    def threads(self):
        trace = self.generated("trace", 10 * MILLION)
        command = [self.tool, "--view", "summary", trace]
        one, every = [], []
        for _ in range(self.rounds):
            one.append(self.gate.measure(lambda: clean_run(command))[0])
            every.append(self.gate.measure(lambda: clean_run(command, cpu=None))[0])
        ratio = median(one) / median(every)
        self.table.add("decode on all processors", f"{ratio:.2f} times as fast as on one")

    def since(self):
        trace = self.generated("trace", 95 * MILLION)  # 1 GB
        last = run(["sh", "-c", '"$1" --view sends --format csv --columns boot_ns "$2" | '
                    'tail -n 1', "sh", self.tool, trace])
        first = run(["sh", "-c", '"$1" --view sends --format csv --columns boot_ns "$2" | '
                     'sed -n 2p', "sh", self.tool, trace])
        middle = (int(last) - int(first)) / 2e9
        times = [self.first_row(trace, middle) for _ in range(self.rounds)]
        self.table.add(f"--since in the middle of {trace.stat().st_size // MILLION} MB",
                       f"{median(times) * 1000:.0f} ms", "< 50 ms",
                       above(median(times), 0.05))

    def first_row(self, trace, middle):
        command = prefer(LAST, [self.tool, "--view", "sends", "--format", "csv", "--since",
                                f"{middle:.3f}", trace])
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        child.stdout.readline()
        child.stdout.readline()
        seconds = time.monotonic() - start
        child.kill()
        child.wait()
        child.stdout.close()
        return seconds

    # Other readers, on traces of the same loop; two events for each pass.

    def peers(self):
        """Prints the rates of those that are here; returns the best (name, M events/s)."""
        rates, skipped = {}, {}
        for name, prepare in (("perf script", self.perf), ("babeltrace2", self.babeltrace),
                              ("trace-cmd report", self.trace_cmd),
                              ("sysdig -r", self.sysdig), ("jq", self.jq)):
            try:
                events, command = prepare()
                seconds = median([self.gate.measure(lambda c=command: clean_run(c))[0]
                                  for _ in range(self.rounds)])
                rates[name] = events / seconds / MILLION
            except (OSError, RuntimeError) as reason:
                skipped[name] = str(reason)
        for name, rate in rates.items():
            self.table.add(f"{name}", f"{rate:.3f} M events/s")
        for name, reason in skipped.items():
            self.table.add(f"{name}", "skipped", peers=reason)
        return max(rates.items(), key=lambda item: item[1]) if rates else None

    def traced(self, words, path):
        """A trace of the loop by another tracer."""
        if not have(words[0]):
            raise RuntimeError("not installed")
        events = [word for event in SYSCALLS for word in ("-e", event)]
        run(prefer(LAST, [*words, *events, "-o", path,
                          *(["--"] if words[0] == "perf" else []),
                          self.build / "tests/bench/loop", "pass", PEER_CHUNKS]))
        return 2 * 1000 * PEER_CHUNKS

    def perf(self):
        path = self.folder / "peer.data"
        events = self.traced(["perf", "record", "-q", "-a", "-m", "4096"], path)
        return events, ["perf", "script", "-i", path]

    def babeltrace(self):
        events, (*_, data) = self.perf()
        path = self.folder / "peer.ctf"
        if not have("babeltrace2"):
            raise RuntimeError("not installed")
        run(["rm", "-rf", path])
        run(["perf", "data", "convert", "--to-ctf", path, "-i", data])
        return events, ["babeltrace2", path]

    def trace_cmd(self):
        path = self.folder / "peer.dat"
        events = self.traced(["trace-cmd", "record", "-q", "-b", "16384"], path)
        return events, ["trace-cmd", "report", "-i", path]

    def sysdig(self):
        path = self.folder / "peer.scap"
        if not have("sysdig"):
            raise RuntimeError("not installed")
        run(["timeout", "60", "sysdig", "-w", path, "-M", "1"])
        return len(run(["sysdig", "-r", path]).splitlines()), ["sysdig", "-r", path]

    def jq(self):
        if not have("jq"):
            raise RuntimeError("not installed")
        events = 200_000
        return events, ["jq", "-c", 'select(.event == "send")',
                        self.generated("json", events)]
