# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# bundle COMMAND [FILTER]: an OCI bundle in ./bundle, its configuration edited with jq.
bundle() {
	mkdir -p bundle/rootfs/{bin,proc,dev,sys}
	cp "$(command -v busybox)" bundle/rootfs/bin/busybox
	(cd bundle && runc spec) || exit
	jq --arg command "$1" '.process.args = ["/bin/busybox", $command]
		| .root.readonly = false
		| .linux.namespaces |= map(select(.type != "network" and .type != "cgroup"))
		| '"${2-.}" bundle/config.json >config.json &&
		mv config.json bundle/config.json || exit
}
