# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What a trace must say, wherever it was recorded: of tests/workload what the workload
# itself stated, by scenario; of demo/bus the way over the bus.

judge_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# backend_of TRACE: which one recorded it.
backend_of() {
	"$build/fdpass-replay" --info "$1" 2>/dev/null | sed -n 's/.*, backend \([a-z]*\),.*/\1/p'
}

# blind_spots_of TRACE: what it says that it could not see, as a JSON array.
blind_spots_of() {
	"$build/fdpass-replay" --format text "$1" 2>/dev/null |
		sed -n 's/^blind-spot name="\(.*\)"$/\1/p' | jq -R . | jq -sc .
}

# split_scenarios FOLDER STATED PASSES TRACE: what was stated and what was traced, sorted, in
# FOLDER/SCENARIO.expected and FOLDER/SCENARIO.traced; passes of processes that stated
# nothing are of the scenario "nobody".
split_scenarios() {
	mkdir -p "$1" || return
	jq -rn -L "$judge_here" --argjson blind_spots "$(blind_spots_of "$4")" --slurpfile passes "$3" \
		-f "$judge_here/scenarios.jq" "$2" |
		sort | awk -F '\t' -v folder="$1" '{ print $3 > (folder "/" $1 "." $2) }'
}

# agree FOLDER SCENARIO: every pass is as stated.
agree() {
	local at=$1/$2
	[ -s "$at.expected" ] || { echo "nothing was stated"; return 1; }
	touch "$at.traced"
	diff "$at.expected" "$at.traced" >"$at.diff" && return
	echo "< stated, > traced"
	grep '^<' "$at.diff" | head -4 | sed 's/^/# /'
	grep '^>' "$at.diff" | head -4 | sed 's/^/# /'
	return 1
}

# nothing_else FOLDER: no pass that nobody stated.
nothing_else() {
	[ ! -e "$1/nobody.traced" ] || { head -4 "$1/nobody.traced"; return 1; }
}

# transfers_of TRACE: the transfers, in the words of tests/live/transfers.c.
transfers_of() {
	"$build/fdpass-replay" --view transfers --format jsonl "$1" |
		jq -r -f "$judge_here/transfers.jq"
}

# over_the_bus TRACE NAME: the open file of this name went from the client through the
# broker to the server, and arrived.
over_the_bus() {
	"$build/fdpass-replay" --view chains --format jsonl "$1" |
		jq -e -s --arg name "$2" 'any(.[];
			.file.name == $name and .depth == 2
			and .text == "client → dbus-broker → server"
			and ([.hops[].outcome] == ["delivered", "delivered"]))'
}
