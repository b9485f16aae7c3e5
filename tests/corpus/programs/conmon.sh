# SPDX-License-Identifier: BSD-2-Clause
# conmon: runc passes it the master of the container's terminal.
# messages 2
. "$corpus/oci.sh"
bundle tty
conmon --cid corpus --cuuid corpus --name corpus --runtime "$(command -v runc)" \
	--bundle "$PWD/bundle" --container-pidfile "$PWD/pid" --socket-dir-path "$PWD" \
	--log-path "$PWD/log" --terminal --runtime-arg --root --runtime-arg "$PWD/state" \
	--sync &
wait_for [ -s pid ]
runc --root state start corpus
wait_for grep -q . log
runc --root state delete -f corpus
grep pts log
