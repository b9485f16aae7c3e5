# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# scene.sh PROGRAM: one program of the corpus, in mount, network and pid namespaces of its
# own (see run): what it binds, mounts and leaves behind is nobody else's.
#
# The program is a script that is sourced in its private, empty folder; $corpus has the
# helpers, $build the project's own. Whatever it started ends with it.
set -u

# wait_for CONDITION...: until the command succeeds, ten seconds at most.
wait_for() {
	local left=200
	until "$@"; do
		[ $((left--)) -gt 0 ] || { echo "never: $*" >&2; exit 1; }
		sleep 0.05
	done
}

# As an ordinary user, with the folder as its home.
as_nobody() {
	setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
}

mount -t tmpfs -o mode=755 tmpfs /run || exit
ip link set lo up || exit
export HOME=$PWD XDG_RUNTIME_DIR=$PWD/run
mkdir -m 700 "$XDG_RUNTIME_DIR"

# shellcheck disable=SC1090 # one of programs/
. "$1"
