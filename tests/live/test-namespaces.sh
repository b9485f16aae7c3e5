# SPDX-License-Identifier: BSD-2-Clause
# The recorder in a pid namespace of its own, as in a container: it tells the pids that ps
# shows there, and a process beside it that has the same pid in another namespace is
# somebody else.
. "$(dirname "$0")/lib.sh"

same=200

# Forks until a child has pid $same, which waits for FILE and then executes COMMAND:
# numbered.py PID FILE COMMAND...
cat >"$folder/numbered.py" <<'END'
import os, sys, time

wanted, go = int(sys.argv[1]), sys.argv[2]
pid = 0
while pid < wanted:
    pid = os.fork()
    if not pid:
        if os.getpid() != wanted:
            os._exit(0)
        open(go + ".ready", "w").close()
        while not os.path.exists(go):
            time.sleep(0.02)
        os.execv(sys.argv[3], sys.argv[3:])
    os.waitpid(pid, os.WNOHANG if pid == wanted else 0)
os.wait()
END

mkfifo "$folder/never"
# The first process of a namespace: inside.sh NAME [OPTION...]. Its process $same is called
# NAME and passes a file when it may; with options it is recorded meanwhile.
cat >"$folder/inside.sh" <<END
name=\$1
shift
# Without a process, which would take a pid.
exec 9<>"$folder/never"
until_there() {
	left=400
	until [ -e "\$1" ]; do
		[ \$((left--)) -gt 0 ] || exit 1
		read -rt 0.05 -u 9
	done
}
python3 "$folder/numbered.py" $same "$folder/\$name.go" \\
	"$build/tests/rounds" eventfd 1 - "\$name" &
child=\$!
until_there "$folder/\$name.go.ready"
if [ \$# -gt 0 ]; then
	"$build/fdpass-record" "\$@" -o "$folder/\$name.fdpass" 2>"$folder/\$name.said" &
	recorder=\$!
	until_there "$folder/\$name.fdpass"
	: >"$folder/\$name.recording"
fi
wait \$child
: >"$folder/\$name.done"
[ \$# = 0 ] || { until_there "$folder/\$name.end"; kill -INT \$recorder; wait \$recorder; }
END

# inside NAME OPTION...: process $same of a namespace beside the recorder's passes, and then
# the one of its own, which is called NAME.
inside() {
	local name=$1 status
	rm -f "$folder"/*.go* "$folder"/*.done
	unshare -pf --mount-proc bash "$folder/inside.sh" beside &
	timeout -k 5 60 unshare -pf --mount-proc bash "$folder/inside.sh" "$@" &
	status=$!
	wait_for 20 test -e "$folder/$name.recording" && wait_for 10 test -e "$folder/beside.go.ready" &&
		touch "$folder/beside.go" && wait_for 10 test -e "$folder/beside.done" &&
		touch "$folder/$name.go" && wait_for 10 test -e "$folder/$name.done"
	touch "$folder/$name.end"
	wait $status || [ $? = 3 ] || { echo "status $?"; cat "$folder/$name.said"; return 1; }
}

# told NAME WHAT: of our passes who passed, with which pid, and with which in its own
# namespace. Others pass something meanwhile.
told() {
	local found
	found=$(passes "$1" | jq -c '[.from.comm, .from.pid, .from.own_pid, .to.pid]' |
		grep -E '^\["(all|wanted|beside)",' | sort)
	[ "$found" = "$2" ] || { echo "$found"; return 1; }
}

alone() {
	[ "$(passes "$1" | wc -l)" = 1 ]
}

unfiltered() {
	timeout -k 5 60 unshare -pf --mount-proc "$build/fdpass-record" -q --duration 0.2 \
		-o "$folder/unfiltered.fdpass" || [ $? = 3 ]
}

expect "namespace: the recorder works in one, without a filter" unfiltered
expect "namespace: and with filters" inside all -q --comm all --comm beside
expect "namespace: who is not in it has no pid" told all \
	"[\"all\",$same,$same,$same]
[\"beside\",null,$same,null]"
expect "namespace: --pid works in one" inside wanted -q --pid $same
expect "namespace: --pid is not who has the same pid beside it" told wanted \
	"[\"wanted\",$same,$same,$same]"
expect "namespace: --pid is nobody else either" alone wanted

# An error in a line, for the family of a process cannot be looked up in that /proc.
refused() {
	! timeout 10 unshare -pf "$build/fdpass-record" -q --pid 1 -o "$folder/none.fdpass" \
		2>"$folder/said" && [ "$(wc -l <"$folder/said")" = 1 ] &&
		grep -q '^fdpass-record: --pid: .* another pid namespace$' "$folder/said"
}
expect "namespace: --pid is refused where /proc shows another one" refused

# A pidfd of the first process of the namespace, which is another one's number 1, too.
cat >"$folder/pidfd.py" <<'END'
import os, socket

a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
socket.send_fds(a, [b"x"], [os.pidfd_open(os.getpid())])
socket.recv_fds(b, 1, 1)
print(os.getpid())
END
timeout -k 5 60 unshare -pf --mount-proc "$build/fdpass-record" -q -o "$folder/pidfd.fdpass" \
	-- python3 "$folder/pidfd.py" >"$folder/pid"
target() {
	local found
	found=$(passes pidfd | jq .file.target)
	[ -s "$folder/pid" ] && [ "$found" = "$(cat "$folder/pid")" ] || { echo "$found"; return 1; }
}
expect "namespace: the process of a pidfd by its pid there" target
