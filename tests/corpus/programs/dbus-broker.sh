# SPDX-License-Identifier: BSD-2-Clause
# dbus-broker: its launcher hands it the listener; a client's two files go on to a server.
# messages 6
echo letter >letter
"$build/demo/bus" "$PWD" "$PWD/letter"
