# SPDX-License-Identifier: BSD-2-Clause
# A D-Bus call over dbus-broker: the launcher hands its listener to the broker, the client
# passes two files to the broker (sendmsg), and the broker to the server (sendmmsg).
. "$(dirname "$0")/lib.sh"
. "$here/judge.sh"

echo "passed" >"$folder/letter"
expect "the call succeeds" \
	trace dbus "$build/demo/bus" "$folder" "$folder/letter"
compare dbus

expect "/dev/null has a chain client, dbus-broker, server" \
	over_the_bus "$folder/dbus.fdpass" /dev/null
expect "and so has the other file" over_the_bus "$folder/dbus.fdpass" "$folder/letter"

# The reference's table: header, and a row for the client and one for the broker.
table() {
	"$build/fdpass-replay" --view sends \
		--columns comm,pid,socket_ino,sockfd,fd,file "$folder/dbus.fdpass" |
		tee "$folder/table" | awk '
		NR == 1 { good = $0 ~ /^ *COMM +PID +SOCKET_INO +SOCKFD +FD +FILE *$/ }
		$1 == "client" && $6 == "/dev/null" { client = 1 }
		$1 == "dbus-broker" && $6 == "/dev/null" { broker = 1 }
		END { exit !(good && client && broker) }' ||
		{ cat "$folder/table"; return 1; }
}
expect "the table of sends has rows of the client and of dbus-broker" table
