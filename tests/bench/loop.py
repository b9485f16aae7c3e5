# SPDX-License-Identifier: BSD-2-Clause
"""The loop "pass" in Python: loop.py ROUNDS prints nanoseconds of one round trip."""
import os
import socket
import statistics
import sys
import time

TIMES = 500

os.sched_setaffinity(0, [0])
out, end = socket.socketpair()
null = os.open("/dev/null", os.O_RDONLY)
times = []
for _ in range(int(sys.argv[1]) + 1):
    start = time.monotonic_ns()
    for _ in range(TIMES):
        socket.send_fds(out, [b"x"], [null])
        os.close(socket.recv_fds(end, 1, 1)[1][0])
    times.append((time.monotonic_ns() - start) / TIMES)
print(statistics.median(times[1:]))
