# SPDX-License-Identifier: BSD-2-Clause
# squashfuse, as a user: the setuid fusermount3 opens /dev/fuse for it.
# messages 2
mkdir source mountpoint
echo hello >source/file
mksquashfs source image -noappend -quiet -no-progress >/dev/null || exit
chown -R nobody .
as_nobody squashfuse -f image mountpoint &
wait_for as_nobody cat mountpoint/file
as_nobody fusermount3 -u mountpoint
