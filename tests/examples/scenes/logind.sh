# SPDX-License-Identifier: BSD-2-Clause
# systemd-logind hands an input device to the compositor of a session, over the system bus,
# and to systemd, which keeps it for the case that logind has to be started again.
# record --comm systemd-logind --comm compositor --comm (mpositor)
modprobe uinput || exit
mkfifo end
"$programs/keyboard" <end >device &
exec 9>end
wait_for [ -s device ]
udevadm settle
systemd-run --quiet --wait --property PAMName=login --property User=user \
	--property TTYPath=/dev/tty1 --property StandardOutput="file:$PWD/said" \
	--setenv XDG_SEAT=seat0 --setenv XDG_VTNR=1 --setenv XDG_SESSION_TYPE=wayland \
	"$programs/compositor" "$(cat device)" || exit
cat said
exec 9>&-
