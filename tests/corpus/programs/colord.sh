# SPDX-License-Identifier: BSD-2-Clause
# colord: a profile goes from the client through the system bus.
# messages 4
mkdir -p /run/dbus
dbus-daemon --system --nofork --nopidfile &
wait_for [ -S /run/dbus/system_bus_socket ]
cp "$(find /usr/share/color/icc -name '*.icc' | head -1)" profile.icc || exit
/usr/bin/python3 "$corpus/bus.py" colord unix:path=/run/dbus/system_bus_socket profile.icc
true
