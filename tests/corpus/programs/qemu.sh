# SPDX-License-Identifier: BSD-2-Clause
# large
# QEMU takes files over QMP (getfd, add-fd); it reads one byte at a time.
# messages 4
qemu-system-x86_64 -M none -nodefaults -display none -accel tcg \
	-qmp "unix:$PWD/qmp,server=on,wait=off" &
wait_for [ -S qmp ]
/usr/bin/python3 "$corpus/qmp.py" qmp && wait
