#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""agent.py SOCKET: a seccomp agent, as container runtimes want one. It answers the first
system call that it is asked about with a descriptor of /dev/zero, which the caller then
has, and prints the number at both ends: PID NUMBER TARGET NUMBER.
"""
import fcntl
import os
import socket
import struct
import sys

# linux/seccomp.h
NOTIF_RECV = 0xC0502100
NOTIF_ADDFD = 0x40182103
FLAG_SEND = 2

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(1)
connection = listener.accept()[0]
notify = socket.recv_fds(connection, 65536, 4)[1][0]
source = os.open("/dev/zero", os.O_RDONLY)
request = bytearray(80)
fcntl.ioctl(notify, NOTIF_RECV, request)
number, target = struct.unpack_from("=QI", request)
answer = bytearray(struct.pack("=QIIII", number, FLAG_SEND, source, 0, 0))
print(os.getpid(), source, target, fcntl.ioctl(notify, NOTIF_ADDFD, answer))
