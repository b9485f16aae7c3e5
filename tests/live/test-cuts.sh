# SPDX-License-Identifier: BSD-2-Clause
# A real trace of several blocks, cut anywhere: everything up to the last whole block is
# shown, one line says what is missing, and the status is 3.
. "$(dirname "$0")/lib.sh"

cuts=200

# A block is flushed at least once a second.
# shellcheck disable=SC2016 # for the inner shell
record whole bash -c 'for i in 1 2 3 4; do
	"$0" stream kinds mmsg many truncated nothing; sleep 1.1
done' "$build/tests/workload" >/dev/null
whole=$folder/whole.fdpass
size=$(stat -c %s "$whole")

# frames FILE: for each frame of the trace its magic number and where it ends, a block's with
# its data; after SPEC.md, not with our reader.
frames() {
	perl -e '
		local $/; my $all = <STDIN>; my $at = 0;
		while ($at < length $all) {
			my ($magic, $len) = unpack "V2", substr $all, $at, 8;
			($magic & 0xfffffff0) == 0x184d2a50 or die "frame at $at";
			my $content = substr $all, $at + 8, $len;
			$at += 8 + $len;
			$at += unpack "V", substr $content, 32, 4 if $magic == 0x184d2a51;
			print "$magic $at\n";
		}' <"$whole" >"$1"
}
# Ends of the frames of one kind.
ends() {
	awk -v kind=$(($1)) '$1 == kind { print $2 }' "$folder/frames"
}

# shown LENGTH: the sends in so much of the trace, and the status.
shown() {
	head -c "$1" "$whole" | "$build/fdpass-replay" --view sends --format csv \
		>"$folder/shown" 2>"$folder/said"
}

# What N whole blocks show is in $folder/blocks.N: each adds to what was there before, and
# the last makes it all.
prepare() {
	local i
	: >"$folder/blocks.0"
	for i in "${!blocks[@]}"; do
		shown "${blocks[i]}"
		[ $? = 3 ] || { echo "cut behind block $((i + 1)): not status 3"; return 1; }
		mv "$folder/shown" "$folder/blocks.$((i + 1))"
		cmp -n "$(stat -c %s "$folder/blocks.$i")" "$folder/blocks.$i" \
			"$folder/blocks.$((i + 1))" || return
	done
	shown "$size" || { echo "the whole trace: status $?"; return 1; }
	[ "$(wc -l <"$folder/shown")" -gt 100 ] || { echo "too little"; return 1; }
	cmp "$folder/shown" "$folder/blocks.${#blocks[@]}"
}

# cut_right LENGTH: the status is right, one line says why, and all whole blocks are shown.
cut_right() {
	local status n=0 wanted=3
	shown "$1"
	status=$?
	while [ $n -lt ${#blocks[@]} ] && [ "${blocks[n]}" -le "$1" ]; do
		n=$((n + 1))
	done
	[ "$1" -ge "$head" ] || wanted=2
	# Without the seek table, which is never needed, it is a whole trace as well.
	[ "$1" != "$end" ] || wanted=0
	[ $status = $wanted ] || { echo "at $1: status $status, not $wanted"; return 1; }
	[ $wanted = 0 ] || [ "$(wc -l <"$folder/said")" = 1 ] ||
		{ echo "at $1: $(cat "$folder/said")"; return 1; }
	[ $n = 0 ] && [ "$(wc -l <"$folder/shown")" -le 1 ] && return
	cmp "$folder/shown" "$folder/blocks.$n" || { echo "at $1, behind $n blocks"; return 1; }
}

cut_all() {
	local i at
	for ((i = 1; i < cuts; i++)); do
		cut_right $((size * i / cuts)) || return
	done
	for at in "$head" "${blocks[@]}" "$end"; do
		cut_right $((at - 1)) && cut_right "$at" && cut_right $((at + 1)) || return
	done
}

expect "cuts: the trace consists of the frames of SPEC.md" frames "$folder/frames"
mapfile -t blocks < <(ends 0x184d2a51)
head=$(ends 0x184d2a50)
end=$(ends 0x184d2a52)
expect "cuts: the trace has several blocks" test ${#blocks[@]} -ge 4
expect "cuts: each whole block adds what it has" prepare
expect "cuts: $cuts cuts of a real trace are told, what is whole is shown" cut_all
