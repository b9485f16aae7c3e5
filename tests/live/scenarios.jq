# SPDX-License-Identifier: BSD-2-Clause
#
# jq -rn --slurpfile passes PASSES -f scenarios.jq STATED: every pass that tests/workload
# stated, and every pass of the trace, as lines SCENARIO, "expected" or "traced", PASS. The
# process that sent tells the scenario.
include "stated";

[foreach inputs as $line (
	{};
	if $line.scenario then {scenario: $line.scenario} else .pass = $line end;
	select(.pass))
]
| map({key: "\(.pass.from.pid)", value: .scenario}) as $scenarios
| ($scenarios | from_entries) as $scenario_of
| (.[] | "\(.scenario)\texpected\t\(.pass | stated | tojson)"),
	($passes[] | "\($scenario_of["\(.from.pid)"] // "nobody")\ttraced\t\(stated | tojson)")
