# SPDX-License-Identifier: BSD-2-Clause
# libsystemd's FDSTORE=1: two descriptors to an abstract datagram socket, with credentials.
# messages 2
/usr/bin/python3 "$corpus/server.py" dgram @corpus &
receiver=$!
wait_for grep -q @corpus /proc/net/unix
NOTIFY_SOCKET=@corpus /usr/bin/python3 - <<'P' && wait $receiver
import ctypes, os, sys
libsystemd = ctypes.CDLL("libsystemd.so.0")
fds = (ctypes.c_int * 2)(os.memfd_create("state"), os.eventfd(0))
sys.exit(libsystemd.sd_pid_notify_with_fds(0, 0, b"FDSTORE=1\nFDNAME=state", fds, 2) != 1)
P
