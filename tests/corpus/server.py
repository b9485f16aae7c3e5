#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""server.py TYPE ADDRESS [ROOM]: receives at a Unix socket, until the other side closes
or a message with descriptors came, and prints what they are.

TYPE is stream, dgram or seqpacket; ADDRESS a path, or @NAME. A datagram socket asks for
credentials. ROOM: so many descriptors fit in the control buffer.
"""
import os
import socket
import sys

kind = getattr(socket, "SOCK_" + sys.argv[1].upper())
address = sys.argv[2]
room = int(sys.argv[3]) if len(sys.argv) > 3 else 64
listener = socket.socket(socket.AF_UNIX, kind)
if kind == socket.SOCK_DGRAM:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
listener.bind("\0" + address[1:] if address[0] == "@" else address)
if address[0] != "@":
    os.chmod(address, 0o666)
connection = listener
if kind != socket.SOCK_DGRAM:
    listener.listen(4)
    connection = listener.accept()[0]

while True:
    data, fds, flags, _ = socket.recv_fds(connection, 65536, room)
    for fd in fds:
        print("received", os.readlink(f"/proc/self/fd/{fd}"), flush=True)
    if fds or flags & socket.MSG_CTRUNC or not data:
        break
