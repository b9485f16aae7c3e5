# SPDX-License-Identifier: BSD-2-Clause
# logger --journald: what is too long for a datagram goes as a memfd, credentials beside it.
# messages 2
mkdir -p /run/systemd/journal
/usr/bin/python3 "$corpus/server.py" dgram /run/systemd/journal/socket &
receiver=$!
wait_for [ -S /run/systemd/journal/socket ]
{ printf MESSAGE=; head -c 6000000 /dev/zero | tr '\0' x; echo; } >message
logger --journald=message && wait $receiver
