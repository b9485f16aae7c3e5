# SPDX-License-Identifier: BSD-2-Clause
# PipeWire gives a new client stream its shared memory and two eventfds, a newer one three.
. "$(dirname "$0")/lib.sh"

mkdir -m 700 "$folder/run"
# Half a second of silence, as a WAV file: raw samples need another option in newer ones.
{
	printf 'RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0'
	printf 'data\x40\x1f\0\0'
	head -c 8000 /dev/zero
} >"$folder/silence.wav"
cat >"$folder/scene" <<END
export HOME=$folder XDG_RUNTIME_DIR=$folder/run PIPEWIRE_RUNTIME_DIR=$folder/run
export DBUS_SESSION_BUS_ADDRESS=unix:path=$folder/none
pipewire & server=\$!
for i in \$(seq 100); do [ -S "$folder/run/pipewire-0" ] && break; sleep 0.05; done
timeout 1 pw-cat --playback "$folder/silence.wav"
kill \$server
wait
END
trace pipewire bash "$folder/scene" >"$folder/log" 2>&1
compare pipewire

transport() {
	passes pipewire | jq -e -s '
		map(select(.from.comm | startswith("pipewire")))
		| group_by(.message)
		| any(.[]; [.[].file.kind][:3] == ["memfd", "eventfd", "eventfd"]
			and all(.[]; .outcome == "delivered" and .to.pid != .from.pid))'
}
expect "one message has a memfd and two eventfds" transport || cat "$folder/log"
