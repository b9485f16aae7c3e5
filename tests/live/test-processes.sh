# SPDX-License-Identifier: BSD-2-Clause
# Who a process is: one that executes another program between two passes, one in a pid
# namespace of its own, one in a container.
. "$(dirname "$0")/lib.sh"

echo passed >"$folder/file"

# What is recorded: a program that waits at each socket, and a COMMAND that passes to them.
cat >"$folder/scene" <<END
sockets=\$1
shift
for socket in \$sockets; do
	"$build/tests/receive" "$folder/\$socket" >/dev/null &
	for try in \$(seq 200); do [ -S "$folder/\$socket" ] && break; sleep 0.05; done
done
"\$@" && wait
END

# scene NAME SOCKETS COMMAND...
scene() {
	record "$1" bash "$folder/scene" "${@:2}"
}

cat >"$folder/exec.py" <<'END'
import os, socket, sys

before, after, send, file = sys.argv[1:]
s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
s.connect(before)
socket.send_fds(s, [b"x"], [os.open(file, os.O_RDONLY)])
os.execv(send, [send, after, file])
END
expect "exec: a program passes, and then another in its place" \
	scene exec "before after" python3 "$folder/exec.py" \
	"$folder/before" "$folder/after" "$build/tests/send" "$folder/file"

both_names() {
	passes exec | jq -es 'length == 2 and .[0].from.pid == .[1].from.pid
		and (.[0].from.comm | startswith("python"))
		and .[1].from.comm == "send" and .[1].from.process == "send"
		and (.[0].from.exe | test("/python"))
		and (.[1].from.exe | endswith("/tests/send"))'
}
expect "exec: each pass has the name of its time" both_names

names_in_table() {
	"$build/fdpass-replay" "$folder/exec.fdpass" >"$folder/table" &&
		grep -q ' python[0-9.]*\[' "$folder/table" &&
		grep -q ' send\[' "$folder/table"
}
expect "exec: both names are in the table" names_in_table

cat >"$folder/stay.py" <<'END'
import socket, time

a, b = socket.socketpair()
socket.send_fds(a, [b"x"], [0])
socket.recv_fds(b, 1, 1)
time.sleep(2)
END
arguments() {
	timeout -k 5 60 "$build/fdpass-record" -q "$@" -o "$folder/stay.fdpass" --force -- \
		python3 "$folder/stay.py" "a word" &&
		passes stay | jq -r '.from.cmdline, .to.cmdline' | sort -u
}
asked_for() {
	arguments --cmdline | grep -x ".*python[0-9.]* $folder/stay.py a word"
}
expect "arguments: with --cmdline a process that stays has them" asked_for
not_asked_for() {
	[ "$(arguments)" = null ] && ! zstd -dcq "$folder/stay.fdpass" | grep -aq "a word"
}
expect "arguments: without it there are none in the trace" not_asked_for

expect "namespace: a program passes out of it" \
	scene namespace inside unshare --pid --fork --mount-proc \
	"$build/tests/send" "$folder/inside" "$folder/file"

own_pid() {
	passes namespace | jq -es 'length == 1 and .[0].from.own_pid == 1
		and .[0].from.pid > 1 and .[0].to.own_pid == .[0].to.pid'
}
expect "namespace: pids are the recorder's, its own beside them" own_pid

other_mounts() {
	"$build/fdpass-replay" --columns object "$folder/namespace.fdpass" |
		grep "/file (mnt [0-9]*)$"
}
expect "namespace: a file of another mount namespace is marked" other_mounts

# What Docker calls the scope of a container. Its process is gone when anyone looks.
id=$(printf '%064x' $$)
unified=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
scope=$unified/docker-$id.scope
# shellcheck disable=SC2016 # it is for that shell
enter='echo $$ >"$1/cgroup.procs" && shift && exec "$@"'
if [ -n "$unified" ] && mkdir "$scope" 2>/dev/null; then
	expect "container: a program passes out of it" \
		scene container outside sh -c "$enter" sh "$scope" \
		"$build/tests/send" "$folder/outside" "$folder/file"
	wait_for 10 rmdir "$scope" || not_ok "container" "$scope is left"
	named() {
		passes container | jq -es --arg id "$id" 'length == 1
			and .[0].from.container == $id and .[0].to.container == null'
	}
	expect "container: the pass names it" named
else
	skip "container" "no cgroup can be made here"
fi

# A server that was there before, and does not receive.
cat >"$folder/stuck.py" <<'END'
import os, socket, sys

go = open(sys.argv[1])
server, client = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
if os.fork() == 0:
    server.close()
    go.readline()
    socket.send_fds(client, [b"x"], [1])
    os._exit(0)
client.close()
os.wait()
print("sent", flush=True)
go.readline()
END
mkfifo "$folder/go"
exec 3<>"$folder/go"
start python3 "$folder/stuck.py" "$folder/go" >"$folder/stuck.said"
server=${started[-1]}
wait_for 10 pgrep -P "$server" >/dev/null || not_ok "stuck" "there is no client"
recorder stuck -q --pid "$server"
echo >&3
wait_for 10 grep -q sent "$folder/stuck.said" || not_ok "stuck" "nothing was sent"
recorder_end stuck INT || not_ok "stuck" "the recorder ended with $?"
echo >&3
exec 3>&-

peer_named() {
	passes stuck | jq -es --argjson pid "$server" 'length == 1 and .[0].to == null
		and .[0].outcome == "queued" and .[0].peer.pid == $pid' &&
		"$build/fdpass-replay" "$folder/stuck.fdpass" | grep -qF "(python3[$server])"
}
expect "stuck: who does not receive is named" peer_named
