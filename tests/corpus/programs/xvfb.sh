# SPDX-License-Identifier: BSD-2-Clause
# Xvfb: a client attaches its memory (MIT-SHM 1.2) and is given a segment.
# messages 4
mkdir -p /tmp/.X11-unix
mount -t tmpfs -o mode=1777 tmpfs /tmp/.X11-unix
Xvfb :78 -screen 0 640x480x24 -nolisten tcp &
server=$!
wait_for [ -S /tmp/.X11-unix/X78 ]
/usr/bin/python3 "$corpus/xshm.py" /tmp/.X11-unix/X78
status=$?
kill $server
wait $server
[ $status = 0 ]
