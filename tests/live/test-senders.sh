# SPDX-License-Identifier: BSD-2-Clause
# Senders that reach one queue at the same time, and a receiver that is quicker than they
# are: each pass has both its ends.
. "$(dirname "$0")/lib.sh"

n=5000

# On a machine that takes a processor away for long, a few may be told apart.
pairs_all() {
	passes "$1" | jq -es --argjson all $((2 * n)) '
		length as $rows
		| map(select(.outcome == "delivered" and .from.pid)) | length as $whole
		| if $rows - $all <= 2 and $all - $whole <= 2 then true
		  else error("\($rows) rows, \($whole) whole") end' >/dev/null
}

for kind in stream datagram; do
	timeout -k 5 60 "$build/fdpass-record" -q -o "$folder/$kind.fdpass" -- \
		"$build/tests/senders" $kind $n || not_ok "$kind" "exit status $?"
	expect "$kind: what two send at once has a sender and a receiver" pairs_all $kind
done

# Both processors may meet a new file at once.
timeout -k 5 60 "$build/fdpass-record" -q -o "$folder/fresh.fdpass" -- \
	"$build/tests/senders" fresh $((2 * n)) || not_ok fresh "exit status $?"
expect "fresh: what one sends has a sender and a receiver" pairs_all fresh
same_file() {
	"$build/fdpass-replay" --format text "$folder/fresh.fdpass" |
		sed -n 's/^\(send\|receive\) .*message=\([0-9]*\) .*fds=\([0-9]*\):.*/\2 \3/p' |
		awk '$1 in file && file[$1] != $2 { n++ } { file[$1] = $2 }
			END { if (n > 2) print n " of " NR; exit n > 2 }'
}
expect "fresh: a new file has the same number at both ends" same_file
