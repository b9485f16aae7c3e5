# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# scene.sh FILE: one scene, in an empty /srv. A scene that says with what options the
# machine is recorded ("# record") runs on the machine, every other one in namespaces of
# its own (see record), with a /run that nobody else sees.
#
# FILE is sourced; $programs and $corpus have helpers, $build the project's own.
set -u

# wait_for CONDITION...: until the command succeeds. Emulated machines are slow.
wait_for() {
	local left=600
	until "$@"; do
		[ $((left--)) -gt 0 ] || { echo "never: $*" >&2; exit 1; }
		sleep 0.1
	done
}

# called NAME: a script that is called so, and is so called in a trace.
called() {
	cp "$programs/bus.py" "$1"
}

grep -q '^# record' "$1" || mount -t tmpfs -o mode=755 tmpfs /run || exit
mount -t tmpfs -o mode=755 tmpfs /srv && cd /srv && ip link set lo up || exit
export HOME=$PWD XDG_RUNTIME_DIR=$PWD/run
mkdir -m 700 "$XDG_RUNTIME_DIR"

# shellcheck disable=SC1090 # one of scenes/
. "$1"
