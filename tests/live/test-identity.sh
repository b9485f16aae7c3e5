# SPDX-License-Identifier: BSD-2-Clause
# The identity of open files that the kernel puts in the same place one after the other, and
# that no address of the kernel's, which would be such a place, is in a trace.
. "$(dirname "$0")/lib.sh"

rounds=2000

# Of each descriptor: message, index and the file's number as one side has it.
numbers() {
	"$build/fdpass-replay" --view "$2" --format csv --columns message,index,file.id \
		"$folder/$1.fdpass" | tail -n +2 | sort
}

all_different() {
	[ "$(numbers "$1" sends | cut -d, -f3 | sort -u | wc -l)" = $rounds ]
}

both_sides_agree() {
	numbers "$1" sends >"$folder/sends"
	numbers "$1" receives >"$folder/receives"
	[ "$(wc -l <"$folder/sends")" = $rounds ] && cmp "$folder/sends" "$folder/receives"
}

proven() {
	passes "$1" | jq -es 'all(.file.exact and .outcome == "delivered")' >/dev/null
}

# Addresses of x86-64 and arm64 kernels as eight bytes, lowest first, and as a varint, whose
# last bytes are the highest bits: 0xffff8..., 0xffffc..., and the kernel's own code.
address='[\x00-\xff]{5}[\x80-\x8f\xc0-\xcf]\xff\xff|[\x00-\xff]{3}[\x80-\x9f]\xff{4}'
address+='|[\x80-\xff]{6}[\xe0-\xe3\xf0-\xf3]\xff\xff\x01|[\x80-\xff]{4}[\xf8-\xfb]\xff{4}\x01'

no_address() {
	! zstd -dcq "$folder/$1.fdpass" | LC_ALL=C grep -caP "$address"
}

# What the check must find: ffff888104a31c40, ffffc90000123000, ffffffff81e01230.
control() {
	local sample
	for sample in '\x40\x1c\xa3\x04\x81\x88\xff\xff' '\x00\x30\x12\x00\x00\xc9\xff\xff' \
		'\x30\x12\xe0\x81\xff\xff\xff\xff' \
		'\xc0\xb8\x8c\xa5\x90\x90\xe2\xff\xff\x01' \
		'\xb0\xa4\x80\x8f\xf8\xff\xff\xff\xff\x01'; do
		printf "a trace with $sample in it" | LC_ALL=C grep -qaP "$address" ||
			{ echo "not found: $sample"; return 1; }
	done
}

expect "a kernel address would be found" control
for kind in regular memfd eventfd pipe socket; do
	timeout -k 5 60 "$build/fdpass-record" -q --exact-files -o "$folder/$kind.fdpass" -- \
		"$build/tests/rounds" $kind $rounds "$folder/file" ||
		not_ok "$kind" "exit status $?"
	expect "$kind: $rounds files in one place have $rounds numbers" all_different $kind
	expect "$kind: both sides agree on them" both_sides_agree $kind
	expect "$kind: they are proven" proven $kind
	expect "$kind: no kernel address in the trace" no_address $kind
done

record workload "$build/tests/workload" kinds peek truncated cycle threads fork >/dev/null
expect "workload: no kernel address in the trace" no_address workload
