# SPDX-License-Identifier: BSD-2-Clause
# containerd, by ctr: the container's first process passes the master of its terminal to
# the shim.
# record --comm runc:[2:INIT]
. "$programs/rootfs.sh"
systemctl start containerd || exit
script --quiet --return --command "ctr run --tty --rm --rootfs $PWD/rootfs example /bin/tty" \
	/dev/null
