# SPDX-License-Identifier: BSD-2-Clause
# What does not fit is counted, by its cause, and the trace says that it is not complete.
. "$(dirname "$0")/lib.sh"

# told NAME WORD: how many of them the trace contains or lost, by --info.
told() {
	"$build/fdpass-replay" --info "$folder/$1.fdpass" 2>/dev/null | awk -v word="$2" '
		/^(complete|contains)/ {
			gsub(/[(),;]/, " ")
			for (i = 2; i <= NF; i++)
				if ($i == word && $(i - 1) > 0) n = $(i - 1)
		}
		END { print n + 0 }'
}

says_why() {
	"$build/fdpass-replay" --info "$folder/$1.fdpass" 2>/dev/null |
		grep -q "^complete *no: .*why: .*$2" && return
	"$build/fdpass-replay" --info "$folder/$1.fdpass" 2>&1 | head -n 3
	return 1
}

adds_up() {
	local sends
	sends=$(("$(told "$1" messages)" + "$(told "$1" sends)"))
	[ "$sends" = "$2" ] || { echo "$sends of $2"; return 1; }
}

# A recorder that is stopped reads nothing: the ring fills up.
rounds=60000
recorder ring --comm rounds
kill -STOP "${recorders[ring]}"
timeout -k 5 60 "$build/tests/rounds" eventfd $rounds - || not_ok "ring: rounds" "status $?"
kill -CONT "${recorders[ring]}"
recorder_end ring INT
expect "ring full: it is counted" says_why ring '[0-9] ring'
expect "ring full: told and lost sends are all that were" adds_up ring $rounds

# Of a sender that is not wanted the receiver might have been: it counts, too, and nothing
# else does.
cp "$build/tests/rounds" "$folder/others"
recorder others --comm rounds
kill -STOP "${recorders[others]}"
timeout -k 5 60 "$folder/others" eventfd $rounds - || not_ok "others: rounds" "status $?"
timeout -k 5 60 "$build/tests/rounds" eventfd $rounds - || not_ok "others: rounds" "status $?"
kill -CONT "${recorders[others]}"
recorder_end others INT

between() {
	local sends
	sends=$(("$(told "$1" messages)" + "$(told "$1" sends)"))
	[ "$sends" -ge "$2" ] && [ "$sends" -le "$3" ] || { echo "$sends"; return 1; }
}
expect "ring full, with others: none too few are counted, and no more than all" \
	between others $rounds $((2 * rounds))

# With exact identities the map of open files holds what is open, and forgets none of it.
held=66000
timeout -k 5 60 "$build/fdpass-record" -q --exact-files -o "$folder/held.fdpass" -- \
	"$build/tests/rounds" held $held -
expect "map full: it is counted" says_why held '[0-9] map'

# On a busy machine the ring may be full, too, which is another cause.
all_told() {
	adds_up held "$held" || return
	[ "$(told held sends)" = 0 ] || says_why held '[0-9] ring'
}
expect "map full: every message is told all the same" all_told
