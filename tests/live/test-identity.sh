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

# The addresses of x86-64 and arm64 kernels in the text twin of a trace: numbers from
# 0xffff800000000000 up to all ones, which is no address, and strings of their bytes.
addresses() {
	grep -oE '[0-9]{20}|\\xff\\xff' |
		awk -v low=18446603336221196288 -v none=18446744073709551615 \
			'/xff/ || ($0 "" >= low "" && $0 "" < none "")'
}

no_address() {
	local found
	"$build/fdpass-replay" --format text "$folder/$1.fdpass" >"$folder/text" || return
	found=$(addresses <"$folder/text")
	[ -z "$found" ] || { head -n 3 <<<"$found"; return 1; }
}

# What the check must find: ffff888104a31c40, ffffc90000123000, ffffffff81e01230, and the
# first as eight bytes; and what it must not.
control() {
	local sample
	for sample in 18446612686442798144 18446683600571215872 18446744071593529904 \
		'"@\x1c\xa3\x04\x81\x88\xff\xff"'; do
		addresses <<<"file id=1 name=$sample device=1" | grep -q . ||
			{ echo "not found: $sample"; return 1; }
	done
	! addresses <<<"file id=18446744073709551615 size=12297829382473034410" | grep .
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
