# SPDX-License-Identifier: BSD-2-Clause
# The system bus, which is dbus-broker: a client passes two open files to a server.
# record --comm client --comm server
cat >/etc/dbus-1/system.d/org.example.Fdpass.conf <<'END'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
	"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><policy context="default">
	<allow own="org.example.Fdpass"/><allow send_destination="org.example.Fdpass"/>
</policy></busconfig>
END
busctl call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig || exit
echo letter >letter
called server
called client
./server system &
server=$!
./client system /dev/null letter && wait $server
