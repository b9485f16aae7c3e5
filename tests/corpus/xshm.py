#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""xshm.py SOCKET: a bare X11 client that shares memory both ways (MIT-SHM 1.2)."""
import os
import socket
import struct
import sys

ATTACH_FD, CREATE_SEGMENT = 6, 7


def exactly(connection, size):
    data = b""
    while len(data) < size:
        data += connection.recv(size - len(data))
    return data


x = socket.socket(socket.AF_UNIX)
x.connect(sys.argv[1])
x.send(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
words, = struct.unpack("<6xH", exactly(x, 8))
ids, = struct.unpack("<4xI", exactly(x, 4 * words)[:8])

name = b"MIT-SHM"
x.send(struct.pack("<BxHHxx8s", 98, 4, len(name), name))
opcode = exactly(x, 32)[9]

memory = os.memfd_create("corpus")
os.ftruncate(memory, 4096)
socket.send_fds(x, [struct.pack("<BBHIBxxx", opcode, ATTACH_FD, 3, ids + 1, 0)], [memory])
x.send(struct.pack("<BBHIIBxxx", opcode, CREATE_SEGMENT, 4, ids + 2, 8192, 0))
data, fds, _, _ = socket.recv_fds(x, 32, 4)
print("received", os.readlink(f"/proc/self/fd/{fds[0]}"))
