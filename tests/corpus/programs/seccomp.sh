# SPDX-License-Identifier: BSD-2-Clause
# runc gives the listener of a seccomp filter to an agent.
# messages 2
. "$corpus/oci.sh"
bundle true '.process.terminal = false | .linux.seccomp = {
	defaultAction: "SCMP_ACT_ALLOW", listenerPath: "'"$PWD/agent"'",
	syscalls: [{names: ["mkdir"], action: "SCMP_ACT_NOTIFY"}]}'
/usr/bin/python3 "$corpus/server.py" stream agent &
agent=$!
wait_for [ -S agent ]
timeout 10 runc --root state run --bundle bundle corpus && wait $agent
