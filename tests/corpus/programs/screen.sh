# SPDX-License-Identifier: BSD-2-Clause
# screen: a second display passes its terminal, in a message of 12 kB.
# messages 2
export SCREENDIR=$PWD/run/screen TERM=xterm SHELL=/bin/sh
mkdir -m 700 "$SCREENDIR"
screen -dmS corpus sleep 30
wait_for sh -c 'screen -ls | grep -q corpus'
timeout 3 script -qc 'screen -x corpus' /dev/null
screen -S corpus -X quit
