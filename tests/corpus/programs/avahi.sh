# SPDX-License-Identifier: BSD-2-Clause
# avahi-daemon in its chroot: a helper outside opens resolv.conf for it.
# messages 4
mkdir -p /run/dbus /run/avahi-daemon
dbus-daemon --system --nofork --nopidfile &
wait_for [ -S /run/dbus/system_bus_socket ]
avahi-daemon --debug --no-rlimits &
server=$!
wait_for [ -S /run/avahi-daemon/socket ]
sleep 1
kill -HUP $server
sleep 1
kill $server
wait $server
