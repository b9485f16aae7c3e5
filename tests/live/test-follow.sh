# SPDX-License-Identifier: BSD-2-Clause
# fdpass-record -o - | fdpass-replay --follow -: passes are seen while they are recorded,
# and both ends of the pipe end cleanly.
. "$(dirname "$0")/lib.sh"

# live COMMAND...: records it into $folder/seen as it runs; statuses go to $folder/status.
live() {
	"$build/fdpass-record" -q -o - -- "$@" |
		"$build/fdpass-replay" --follow --columns from.comm,to.comm,outcome - \
			>"$folder/seen"
	echo "${PIPESTATUS[*]}" >"$folder/status"
}

# shellcheck disable=SC2016 # for the inner shell
start live bash -c '"$0" stream kinds >/dev/null; touch "$1/passed"; sleep 5; touch "$1/done"' \
	"$build/tests/workload" "$folder"
expect "follow: the command runs" wait_for 20 test -e "$folder/passed"
expect "follow: its passes are seen within a second" wait_for 2 grep -q delivered "$folder/seen"
expect "follow: and it still runs then" test ! -e "$folder/done"
expect "follow: the end of the recorder is the end of the reader" \
	wait_for 20 test -s "$folder/status"
expect "follow: both exit with 0" grep -qx '0 0' "$folder/status"

# A file: what is flushed is seen, and its end is the reader's.
recorded() {
	# shellcheck disable=SC2016 # for the inner shell
	"$build/fdpass-record" -q -o "$folder/live.fdpass" -- bash -c \
		'"$0" stream kinds >/dev/null; touch "$1/passed2"; sleep 5; touch "$1/done2"' \
		"$build/tests/workload" "$folder"
}
follow_file() {
	timeout 30 "$build/fdpass-replay" --follow "$folder/live.fdpass" >"$folder/file.seen"
	echo $? >"$folder/file.status"
}
start recorded
expect "follow: a file is written" wait_for 20 test -s "$folder/live.fdpass"
start follow_file
expect "follow: its command runs" wait_for 20 test -e "$folder/passed2"
expect "follow: what is in the file is seen in 2 seconds" wait_for 3 \
	grep -q delivered "$folder/file.seen"
expect "follow: and it is still written then" test ! -e "$folder/done2"
expect "follow: the end of the trace is the end of the reader" \
	wait_for 20 test -s "$folder/file.status"
expect "follow: who exits with 0" grep -qx 0 "$folder/file.status"

# The reader goes first: the recorder ends when it next writes, and the command with it.
gone() {
	# shellcheck disable=SC2016 # for the inner shell
	timeout 20 "$build/fdpass-record" -q -o - -- \
		bash -c 'for i in 1 2 3 4 5 6; do "$0" stream >/dev/null; sleep 0.7; done' \
		"$build/tests/workload" 2>"$folder/gone.said" |
		"$build/fdpass-replay" --follow --format jsonl - | head -n 1 >"$folder/first"
	echo "${PIPESTATUS[*]}" >"$folder/gone"
}
gone
expect "follow: a reader that goes is no reader that hangs" test -s "$folder/first"
expect "follow: nobody waits for it" sh -c '! grep -q "^124" "$1"' - "$folder/gone"
