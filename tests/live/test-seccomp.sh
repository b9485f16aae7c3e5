# SPDX-License-Identifier: BSD-2-Clause
# runc with a seccomp agent: the listener goes to the agent by a message, and the agent's
# answer, a descriptor, into the container without one.
. "$(dirname "$0")/lib.sh"
. "$here/judge.sh"

bundle=$folder/bundle
mkdir -p "$bundle"/rootfs/{bin,proc,dev,sys}
cp "$(command -v busybox)" "$bundle/rootfs/bin/busybox"
(cd "$bundle" && runc spec) || exit
jq --arg agent "$folder/agent" '.process.terminal = false
	| .process.args = ["/bin/busybox", "mkdir", "/answered"]
	| .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: $agent,
		syscalls: [{names: ["mkdir"], action: "SCMP_ACT_NOTIFY"}]}
	| .linux.namespaces |= map(select(.type != "network" and .type != "cgroup"))' \
	"$bundle/config.json" >"$bundle/config.new" &&
	mv "$bundle/config.new" "$bundle/config.json"

cat >"$folder/scene" <<END
/usr/bin/python3 "$here/agent.py" "$folder/agent" >"$folder/stated" & agent=\$!
for i in \$(seq 100); do [ -S "$folder/agent" ] && break; sleep 0.05; done
timeout 20 runc --root "$folder/state" run --bundle "$bundle" fdpass-$$ && wait \$agent
END
expect "the container runs, and its agent answers" timeout -k 5 60 \
	"$build/fdpass-record" -q --transfers -o "$folder/seccomp.fdpass" -- \
	bash "$folder/scene"

expect "what the agent put into the container is traced" diff \
	<(sed 's|.*|seccomp & /dev/zero delivered|' "$folder/stated") \
	<(transfers_of "$folder/seccomp.fdpass" | grep ^seccomp)
expect "it is said to be in the busybox of the container" grep -q \
	'python3 →seccomp→ busybox' \
	<("$build/fdpass-replay" --view chains --columns text "$folder/seccomp.fdpass")
expect "the agent has the listener from runc" grep -q 'runc.* → python3 .*seccomp notify' \
	<("$build/fdpass-replay" --view chains --columns text,object "$folder/seccomp.fdpass")
