# SPDX-License-Identifier: BSD-2-Clause
# tmux: each client passes its standard descriptors to the server.
# messages 8
export TMUX_TMPDIR=$PWD TERM=xterm SHELL=/bin/sh
for seconds in 2 1; do
	timeout 10 script -qc "tmux -f /dev/null new-session 'sleep $seconds'" /dev/null || exit
done
