# SPDX-License-Identifier: BSD-2-Clause
# dbus-daemon: a client's two files go through the bus to a server.
# messages 4
echo letter >letter
address=unix:path=$PWD/bus
dbus-daemon --session --nofork --address="$address" &
wait_for [ -S bus ]
/usr/bin/python3 "$corpus/bus.py" server "$address" &
server=$!
/usr/bin/python3 "$corpus/bus.py" client "$address" /dev/null letter && wait $server
