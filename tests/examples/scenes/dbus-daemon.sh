# SPDX-License-Identifier: BSD-2-Clause
# A private bus: through dbus-daemon, a client passes two open files to a server.
address=unix:path=$PWD/bus
echo letter >letter
dbus-daemon --session --nofork --address="$address" &
wait_for [ -S bus ]
called server
called client
./server "$address" &
server=$!
./client "$address" /dev/null letter && wait $server
