# SPDX-License-Identifier: BSD-2-Clause
#
# jq -rn --argjson blind_spots '["..."]' --slurpfile passes PASSES -f scenarios.jq STATED:
# every pass that tests/workload stated, as far as the trace can tell, and every pass of the
# trace, as lines SCENARIO, "expected" or "traced", PASS. The process that sent tells the
# scenario.
include "stated";

[foreach inputs as $line (
	{};
	if $line.scenario then {scenario: $line.scenario} else .pass = $line end;
	select(.pass))
]
| map({key: "\(.pass.from.pid)", value: .scenario}) as $scenarios
| ($scenarios | from_entries) as $scenario_of
| (.[] | "\(.scenario)\texpected\t\(.pass | stated | told_with($blind_spots) | tojson)"),
	($passes[] | "\($scenario_of["\(.from.pid)"] // "nobody")\ttraced\t\(stated | tojson)")
