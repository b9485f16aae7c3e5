#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""qmp.py SOCKET: gives QEMU two files, and ends it."""
import json
import os
import socket
import sys

qmp = socket.socket(socket.AF_UNIX)
qmp.connect(sys.argv[1])
lines = qmp.makefile("r")
lines.readline()


def execute(name, files=(), **arguments):
    text = json.dumps({"execute": name, "arguments": arguments}) + "\n"
    socket.send_fds(qmp, [text.encode()], [os.open(f, os.O_RDONLY) for f in files])
    reply = {"event": True}
    while "event" in reply:
        reply = json.loads(lines.readline())
    if "error" in reply:
        sys.exit(f"{name}: {reply}")


execute("qmp_capabilities")
execute("getfd", ["/dev/null"], fdname="null")
execute("add-fd", ["/etc/hostname"], **{"fdset-id": 1, "opaque": "hostname"})
execute("quit")
