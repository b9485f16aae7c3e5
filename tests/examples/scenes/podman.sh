# SPDX-License-Identifier: BSD-2-Clause
# podman with runc: the container's first process passes the master of its terminal to
# conmon.
# record --comm runc:[2:INIT]
. "$programs/rootfs.sh"
podman run --tty --rm --network none --log-driver none --runtime runc \
	--rootfs "$PWD/rootfs" tty
