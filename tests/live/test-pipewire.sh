# SPDX-License-Identifier: BSD-2-Clause
# PipeWire gives a new client stream its shared memory and two eventfds.
. "$(dirname "$0")/lib.sh"

mkdir -m 700 "$folder/run"
head -c 8000 /dev/zero >"$folder/silence"
cat >"$folder/scene" <<END
export HOME=$folder XDG_RUNTIME_DIR=$folder/run PIPEWIRE_RUNTIME_DIR=$folder/run
export DBUS_SESSION_BUS_ADDRESS=unix:path=$folder/none
pipewire & server=\$!
for i in \$(seq 100); do [ -S "$folder/run/pipewire-0" ] && break; sleep 0.05; done
timeout 1 pw-cat --playback --rate 8000 --channels 1 --format s16 - <"$folder/silence"
kill \$server
wait
END
trace pipewire bash "$folder/scene" >"$folder/log" 2>&1
compare pipewire

transport() {
	passes pipewire | jq -e -s '
		map(select(.from.comm | startswith("pipewire")))
		| group_by(.message)
		| any(.[]; [.[].file.kind] == ["memfd", "eventfd", "eventfd"]
			and all(.[]; .outcome == "delivered" and .to.pid != .from.pid))'
}
expect "one message has a memfd and two eventfds" transport || cat "$folder/log"
