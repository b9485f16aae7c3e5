# SPDX-License-Identifier: BSD-2-Clause
# large
# The document portal: /dev/fuse from fusermount3; a file by flatpak, through the bus.
# messages 6
echo x >file
export FILE=$PWD/file
dbus-run-session -- bash -c '
	/usr/libexec/xdg-document-portal & portal=$!
	for i in $(seq 100); do [ -e "$XDG_RUNTIME_DIR/doc/by-app" ] && break; sleep 0.1; done
	timeout 8 flatpak document-export "$FILE"; status=$?
	kill $portal; wait; exit $status'
