# SPDX-License-Identifier: BSD-2-Clause
# Docker: the container's first process passes the master of its terminal to the shim.
# record --comm runc:[2:INIT]
. "$programs/rootfs.sh"
mkdir -p /etc/docker
echo '{ "bridge": "none", "iptables": false, "ip6tables": false }' >/etc/docker/daemon.json
systemctl start docker || exit
tar -C rootfs -c . | docker import - example || exit
script --quiet --return --command "docker run --tty --rm --network none example tty" \
	/dev/null
