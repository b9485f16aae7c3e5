# SPDX-License-Identifier: BSD-2-Clause
# pulseaudio and a client: shared memory and eventfds, credentials before the rights.
# messages 4
chown -R nobody .
as_nobody pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no \
	-L module-null-sink -L module-native-protocol-unix &
wait_for [ -S run/pulse/native ]
as_nobody timeout 3 pacat -p /dev/zero --server="unix:$PWD/run/pulse/native"
[ $? = 124 ]
