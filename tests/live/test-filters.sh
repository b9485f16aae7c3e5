# SPDX-License-Identifier: BSD-2-Clause
# Each filter, on real processes. alice, a child of a shell and run by nobody, sends
# /dev/null to bob, who is root and in a cgroup of his own; others pass something meanwhile.
# One recorder for each set of filters, all at the same time.
. "$(dirname "$0")/lib.sh"

# Everybody may reach the sockets and the programs.
chmod 755 "$folder"
cp "$build/tests/send" "$folder/alice"
cp "$build/tests/receive" "$folder/bob"

cgroup_make() {
	local root
	for root in /sys/fs/cgroup /sys/fs/cgroup/unified; do
		[ "$(stat -f -c %T "$root" 2>/dev/null)" = cgroup2fs ] || continue
		mkdir -p "$root/fdpass-test-$$/below" && cgroup=$root/fdpass-test-$$ && return
	done
	return 1
}

cgroup_remove() {
	[ -z "$cgroup" ] || rmdir "$cgroup/below" "$cgroup"
}
cgroup=
cgroup_make
trap 'end_all; cgroup_remove' EXIT

# A family that exists before it is recorded: the shell waits, its child will be alice.
mkfifo "$folder/go"
start sh -c '(read -r _ <"$1"; exec setpriv --reuid=nobody --clear-groups "$2" "$3" /dev/null); :' \
	- "$folder/go" "$folder/alice" "$folder/socket"
family=$!
start sleep 60
stranger=$!

recorder all
recorder comm-sender --comm=alice
recorder comm-receiver --comm=bob
recorder comm-either --comm=nemo --comm=alice --comm=bob
recorder comm-neither --comm=alic --comm=bobb
recorder comm-new --comm=short
recorder comm-old --comm=a-longer-name
recorder uid-name --uid=nobody
recorder uid-number --uid="$(id -u nobody)"
recorder both --comm=alice --uid=nobody
recorder both-by-two --comm=alice --uid=root
recorder pid --pid=$family
recorder pid-stranger --pid=$stranger
recorder filter-from --filter='from.comm ~ ali* and not uid = 0'
recorder filter-to --filter='to.comm = bob and to.uid < 1'
recorder filter-either --filter='from.comm = nemo or (comm = bob and pid > 1)'
recorder filter-not --filter='not (from.comm != alice or comm = bob)'
recorder filter-neither --filter='from.comm = bob or to.comm = alice'
[ -z "$cgroup" ] || {
	recorder cgroup --cgroup="$cgroup"
	recorder filter-cgroup --filter="cgroup ~ /${cgroup##*/}/*"
	recorder filter-cgroup-not --filter="cgroup = /${cgroup##*/}"
	recorder cgroup-below --cgroup="/${cgroup##*/}/below"
	mkdir "$cgroup/other" && recorder cgroup-other --cgroup="$cgroup/other"
	rmdir "$cgroup/other"
}

# exec keeps the shell's cgroup.
start sh -c '[ -z "$1" ] || echo $$ >"$1/below/cgroup.procs"; shift; exec "$@"' - \
	"$cgroup" "$folder/bob" "$folder/socket" >"$folder/bob.said"
bob=$!
wait_for 10 test -S "$folder/socket"
chmod 777 "$folder/socket"
"$build/tests/workload" stream dgram mmsg >/dev/null
echo >"$folder/go"
wait $bob
expect "bob received /dev/null" grep -q ' /dev/null$' "$folder/bob.said"
"$build/tests/workload" stream seqpacket >/dev/null
"$build/tests/rounds" eventfd 1 - a-longer-name short
for name in "${!recorders[@]}"; do
	# On a busy machine a call may be missed, and is told (3); what must be there is below.
	recorder_end "$name" INT || [ $? = 3 ] || not_ok "filter $name ends" "status $?"
done

# has NAME: exactly the pass from alice to bob, with both its ends.
has() {
	passes "$1" | jq -es 'map([.from.comm, .from.uid, .to.comm, .to.uid, .file.name, .outcome])
		== [["alice", '"$(id -u nobody)"', "bob", 0, "/dev/null", "delivered"]]' >/dev/null ||
		{ passes "$1" | head -3; cat "$folder/$1.said"; return 1; }
}

has_nothing() {
	[ -e "$folder/$1.fdpass" ] && [ -z "$(passes "$1")" ]
}

has_renamed() {
	passes "$1" | jq -es 'map([.from.comm, .to.comm]) == [["short", "short"]]' >/dev/null
}

has_all() {
	passes all | jq -es 'any(.from.comm == "alice") and any(.from.comm == "workload")' \
		>/dev/null
}

expect "filter none: everything is recorded" has_all
expect "filter --comm of the sender" has comm-sender
expect "filter --comm of the receiver" has comm-receiver
expect "filter --comm, repeated: any of them" has comm-either
expect "filter --comm: a part of a name is another name" has_nothing comm-neither
expect "filter --comm: the name that a process has taken" has_renamed comm-new
expect "filter --comm: and not the one that it had" has_nothing comm-old
expect "filter --uid by name" has uid-name
expect "filter --uid by number" has uid-number
expect "filter --comm --uid of the same process" has both
expect "filter --comm --uid of two processes" has_nothing both-by-two
expect "filter --pid of the parent of a process that was there before" has pid
expect "filter --pid of somebody else" has_nothing pid-stranger
expect "filter --filter of the sender" has filter-from
expect "filter --filter of the receiver" has filter-to
expect "filter --filter of either" has filter-either
expect "filter --filter with not" has filter-not
expect "filter --filter of the wrong end" has_nothing filter-neither
if [ -n "$cgroup" ]; then
	expect "filter --filter below a cgroup" has filter-cgroup
	expect "filter --filter of a cgroup without what is below" \
		has_nothing filter-cgroup-not
	expect "filter --cgroup, and what is below" has cgroup
	expect "filter --cgroup, by its path in /proc/PID/cgroup" has cgroup-below
	expect "filter --cgroup of nobody" has_nothing cgroup-other
else
	skip "filter --cgroup" "cgroup v2 cannot be written to here"
fi
