# SPDX-License-Identifier: BSD-2-Clause
# A private bus: dbus-broker's launcher hands it the listener; a client passes two open
# files to a server.
. "$corpus/programs/dbus-broker.sh"
