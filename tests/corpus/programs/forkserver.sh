# SPDX-License-Identifier: BSD-2-Clause
# Python's forkserver: seven descriptors to start a process, one of them twice.
# messages 4
/usr/bin/python3 "$corpus/forkserver.py"
