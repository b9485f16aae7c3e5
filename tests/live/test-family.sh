# SPDX-License-Identifier: BSD-2-Clause
# Who belongs to --pid and to COMMAND: a process for as long as it lives, and no longer.
. "$(dirname "$0")/lib.sh"

# top(1) and htop(1) show threads among the processes.
cat >"$folder/thread.py" <<'END'
import threading, time

t = threading.Thread(target=time.sleep, args=(30,), daemon=True)
t.start()
print(t.native_id, flush=True)
t.join()
END
start python3 "$folder/thread.py" >"$folder/tid"
thread_named() {
	wait_for 10 test -s "$folder/tid"
	! timeout -k 5 20 "$build/fdpass-record" -q -d 0.1 -o "$folder/thread.fdpass" \
		--pid="$(cat "$folder/tid")" 2>"$folder/thread.said" &&
		grep -qx "fdpass-record: --pid: $(cat "$folder/tid"): is a thread of process $!" \
			"$folder/thread.said" || { cat "$folder/thread.said"; return 1; }
}
expect "family: a thread is not a process, and its process is named" thread_named

# In a pid namespace, where nobody else takes pids: a child of COMMAND ends, and a stranger
# gets its pid.
cat >"$folder/reused.sh" <<'END'
cd "$1" || exit
"$2/fdpass-record" -q -o reused.fdpass -- sh -c \
	'sh -c "echo \$\$ >dead.new; mv dead.new dead"; until [ -e done ]; do sleep 0.05; done' &
for try in $(seq 200); do [ -e dead ] && break; sleep 0.05; done
while kill -0 "$(cat dead)" 2>/dev/null; do sleep 0.05; done
echo $(($(cat dead) - 1)) >/proc/sys/kernel/ns_last_pid
"$2/tests/rounds" eventfd 1 - &
[ $! = "$(cat dead)" ] && wait $! && touch same
touch done
wait
END
if [ -w /proc/sys/kernel/ns_last_pid ]; then
	timeout -k 5 60 unshare --pid --fork --mount-proc \
		bash "$folder/reused.sh" "$folder" "$build"
	expect "family: a stranger got the pid of a dead member" test -e "$folder/same"
	nothing() {
		[ -s "$folder/reused.fdpass" ] && [ -z "$(passes reused)" ]
	}
	expect "family: and is not recorded" nothing
else
	skip "family: a stranger got the pid of a dead member" "no ns_last_pid here"
fi

# The last thing that a process does is to close its files, when it is about to have no pid.
cat >"$folder/deaf.py" <<'END'
import os, socket, sys, time

s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while not os.path.exists(sys.argv[1] + ".sent"):
    time.sleep(0.02)
os._exit(0)
END
cat >"$folder/sender.py" <<'END'
import os, socket, sys, time

while not os.path.exists(sys.argv[1]):
    time.sleep(0.02)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect(sys.argv[1])
socket.send_fds(s, [b"x"], [os.open("/dev/null", os.O_RDONLY)])
open(sys.argv[1] + ".sent", "w").close()
END
start python3 "$folder/sender.py" "$folder/deaf"
expect "family: a member dies with a message of a stranger's unread" \
	record deaf python3 "$folder/deaf.py" "$folder/deaf"
died_unread() {
	passes deaf | jq -es 'length == 1 and .[0].file.name == "/dev/null"
		and .[0].outcome == "discarded"' || { passes deaf; return 1; }
}
expect "family: that is told" died_unread
