# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What fetch, boot and run share: the kernels by name, and where they are kept.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:+$XDG_CACHE_HOME/fdpass}
cache=${cache:-$root/build/cache}
build=${BUILD:-$root/build}

# NAME  SUITE  ARCH, of Debian's linux-image-cloud-ARCH in that suite, and the backends
# that it must let attach, the one first that must be taken unasked: what is missing there
# may be refused. WORDS are for its command line.
kernels() {
	cat <<-END
		5.10  bullseye amd64 fentry,kprobe
		6.1   bookworm amd64 fentry,kprobe
		6.1-preempt bookworm amd64 kprobe,fentry preempt=full
		6.12  trixie   amd64 fentry,kprobe,tracepoint
		sid   sid      amd64 kprobe,fentry,tracepoint
		arm64 trixie   arm64 fentry,kprobe,tracepoint
	END
}

kernel_field() {
	kernels | awk -v name="$1" -v field="$2" '$1 == name { print $field; found = 1 }
		END { exit !found }'
}

die() {
	echo "${0##*/}: $*" >&2
	exit 2
}

# The address of this machine's Debian mirror.
mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Component: main' |
		grep -v -e security -e ports | head -n 1
}

# What runs a kernel of this architecture, as fetch calls it.
qemu_of() {
	case $1 in
	arm64) echo qemu-arm64 ;;
	*) echo qemu ;;
	esac
}

# The folder of static programs, and the busybox, for guests of this architecture.
static_of() {
	case $1 in
	arm64) echo "$build/aarch64/static" ;;
	*) echo "$build/static" ;;
	esac
}

busybox_of() {
	case $1 in
	arm64) echo "$cache/sysroot-arm64/bin/busybox" ;;
	*) command -v busybox ;;
	esac
}

# A qemu that was fetched runs with the libraries that were fetched with it.
qemu() {
	local program=$1 at=$cache/qemu
	shift
	[ -x "$at/usr/bin/$program" ] || exec "$program" "$@"
	export LD_LIBRARY_PATH
	LD_LIBRARY_PATH=$(printf '%s:' "$at"/usr/lib/*-linux-gnu "$at"/lib/*-linux-gnu)
	exec "$at/usr/bin/$program" -L "$at/usr/share/qemu" -L "$at/usr/share/seabios" "$@"
}
