# SPDX-License-Identifier: BSD-2-Clause
# The same with too small a control buffer: the credentials take the memfd's room.
# messages 1
# outcomes truncated
mkdir -p /run/systemd/journal
/usr/bin/python3 "$corpus/server.py" dgram /run/systemd/journal/socket 4 &
receiver=$!
wait_for [ -S /run/systemd/journal/socket ]
{ printf MESSAGE=; head -c 6000000 /dev/zero | tr '\0' x; echo; } >message
logger --journald=message && wait $receiver
