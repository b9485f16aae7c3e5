# SPDX-License-Identifier: BSD-2-Clause
# systemd-coredump passes its standard input after the fields, in a packet of no bytes.
# messages 2
mkdir /run/systemd
/usr/bin/python3 "$corpus/server.py" seqpacket /run/systemd/coredump &
receiver=$!
wait_for [ -S /run/systemd/coredump ]
sleep 20 &
echo core | /lib/systemd/systemd-coredump $! 0 0 11 0 18446744073709551615 host
wait $receiver
