# SPDX-License-Identifier: BSD-2-Clause
# pipewire and wireplumber: a client's stream gets memory and eventfds.
# messages 8
# wireplumber watches the folders of logind.
mkdir -p /run/systemd/{seats,sessions,users,machines}
{
	printf 'RIFF\x24\xfa\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0'
	printf 'data\0\xfa\0\0'
	head -c 64000 /dev/zero
} >silence.wav
export DBUS_SESSION_BUS_ADDRESS=unix:path=$PWD/bus
dbus-daemon --session --nofork --address="$DBUS_SESSION_BUS_ADDRESS" &
wait_for [ -S bus ]
pipewire &
wait_for [ -S run/pipewire-0 ]
wireplumber &
wait_for sh -c 'pw-cli list-objects Client | grep -q WirePlumber'
pw-cli create-node adapter '{ factory.name=support.null-audio-sink node.name=corpus
	media.class=Audio/Sink object.linger=true audio.position=[FL FR] }'
wait_for sh -c 'pw-link --input | grep -q corpus'
timeout 3 pw-cat --playback silence.wav
true
