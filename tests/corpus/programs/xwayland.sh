# SPDX-License-Identifier: BSD-2-Clause
# large
# Xwayland as weston's client: shared memory, and a client of its own.
# messages 4
mkdir -p /tmp/.X11-unix
mount -t tmpfs -o mode=1777 tmpfs /tmp/.X11-unix
weston --backend=headless-backend.so --socket=corpus --idle-time=0 --log="$PWD/log" &
wait_for [ -S run/corpus ]
WAYLAND_DISPLAY=corpus Xwayland :77 -shm &
server=$!
wait_for [ -S /tmp/.X11-unix/X77 ]
DISPLAY=:77 timeout 3 xeyes
kill $server
wait $server
true
