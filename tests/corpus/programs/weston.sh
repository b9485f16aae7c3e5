# SPDX-License-Identifier: BSD-2-Clause
# large
# weston and two clients: pools of shared memory, the cursor's.
# messages 4
weston --backend=headless-backend.so --socket=corpus --idle-time=0 --log="$PWD/log" &
wait_for [ -S run/corpus ]
export WAYLAND_DISPLAY=corpus
timeout 3 weston-simple-shm
timeout 3 weston-flower
true
