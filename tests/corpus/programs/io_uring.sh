# SPDX-License-Identifier: BSD-2-Clause
# stated
# io_uring, by the submitting task, by a worker and by the polling thread: no strace sees it.
# messages 54
# outcomes delivered failed truncated
cc -O1 -D_GNU_SOURCE -o uring "$corpus/uring.c" -luring || exit
for mode in plain async sqpoll; do
	./uring $mode >>stated || exit
done
