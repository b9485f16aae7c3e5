# SPDX-License-Identifier: BSD-2-Clause
# Descriptors that are handed over without a message: the trace says of each what the
# program stated, in its order, and chains go on through them.
. "$(dirname "$0")/lib.sh"
. "$here/judge.sh"

timeout -k 5 60 "$build/fdpass-record" -q --transfers -o "$folder/all.fdpass" -- \
	"$build/tests/transfers" >"$folder/stated" 2>"$folder/lacking"
status=$?
[ $status = 0 ] || not_ok "transfers: every call answers as expected" "exit status $status"

# traced WAY: what was stated of it, and nothing else.
traced() {
	grep -q "^$1 " "$folder/stated" || { cat "$folder/lacking"; return 1; }
	diff <(grep "^$1 " "$folder/stated") <(transfers_of "$folder/all.fdpass" | grep "^$1 ")
}

for way in pidfd_getfd seccomp msg_ring fixed_install scm_pidfd; do
	expect "transfers: $way is traced as it was stated" traced "$way"
done
expect "transfers: they are in the order in which they happened" \
	diff "$folder/stated" <(transfers_of "$folder/all.fdpass")

# A process took it, and sent it back by a message.
expect "transfers: a chain goes on through what was taken" grep -q \
	'^transfers\[\([0-9]*\)\] [0-9]* →pidfd_getfd→ transfers\[[0-9]*\] \([0-9]*\) → transfers\[\1\] ' \
	<("$build/fdpass-replay" --view chains "$folder/all.fdpass")

# Without the option the tracepoint backend sees what costs nothing, and says so.
timeout -k 5 60 "$build/fdpass-record" -q --backend tracepoint -o "$folder/some.fdpass" -- \
	"$build/tests/transfers" >"$folder/stated" 2>/dev/null
expect "transfers: without --transfers, those that cost nothing" \
	diff <(grep -v -e ^pidfd_getfd -e ^seccomp "$folder/stated") <(transfers_of "$folder/some.fdpass")
expect "transfers: and the header says that others are not seen" grep -q \
	'what pidfd_getfd(2) takes is not seen' \
	<("$build/fdpass-replay" --info "$folder/some.fdpass")

# A filter by the one that was taken from finds the taker.
timeout -k 5 60 "$build/fdpass-record" -q --transfers --uid 54321 -o "$folder/uid.fdpass" \
	-- "$build/tests/transfers" >"$folder/stated" 2>/dev/null
expect "transfers: a filter finds those of which one end matches" \
	diff <(grep ' EPERM$' "$folder/stated") <(transfers_of "$folder/uid.fdpass")
