# SPDX-License-Identifier: BSD-2-Clause
# runc with a console socket: runc:[2:INIT] passes the master of the container's terminal.
# messages 2
. "$corpus/oci.sh"
bundle tty
"$build/tests/receive" console &
receiver=$!
wait_for [ -S console ]
runc --root state run --bundle bundle --console-socket "$PWD/console" --detach corpus || exit
wait $receiver
runc --root state delete -f corpus
