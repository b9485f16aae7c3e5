# SPDX-License-Identifier: BSD-2-Clause
# runc with a console socket: runc:[2:INIT] passes the master of its terminal out of the
# container's namespaces.
. "$(dirname "$0")/lib.sh"

bundle=$folder/bundle
mkdir -p "$bundle"/rootfs/{bin,proc,dev,sys}
cp "$(command -v busybox)" "$bundle/rootfs/bin/busybox"
(cd "$bundle" && runc spec) || exit
jq '.process.args = ["/bin/busybox", "tty"]
	| .linux.namespaces |= map(select(.type != "network" and .type != "cgroup"))' \
	"$bundle/config.json" >"$bundle/config.new" &&
	mv "$bundle/config.new" "$bundle/config.json"

container=fdpass-$$
cat >"$folder/scene" <<END
"$build/tests/receive" "$folder/console" >"$folder/received" & receiver=\$!
for i in \$(seq 100); do [ -S "$folder/console" ] && break; sleep 0.05; done
runc --root "$folder/state" run --bundle "$bundle" --console-socket "$folder/console" \
	--detach $container
wait \$receiver
runc --root "$folder/state" delete -f $container
END
expect "the container runs" trace runc bash "$folder/scene"
compare runc

terminal() {
	passes runc | jq -e -s 'any(.[]; .from.comm == "runc:[2:INIT]"
		and .file.name == "/dev/pts/ptmx" and .file.kind == "tty"
		and .to.comm == "receive" and .outcome == "delivered"
		and .from.pid != .to.pid)'
}
expect "runc:[2:INIT] passes /dev/pts/ptmx to receive" terminal

of_container() {
	passes runc | jq -e -s --arg name "$container" 'any(.[]; .from.container == $name
		and .from.own_pid == 1 and .to.container == null)'
}
expect "the pass names the container" of_container
expect "receive saw it too" grep -q '/dev/pts/ptmx$' "$folder/received"
