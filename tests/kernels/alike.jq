# SPDX-License-Identifier: BSD-2-Clause
#
# jq -rn --argjson blind_spots '["..."]' --slurpfile passes PASSES -f alike.jq STATED: all
# that a trace tells of the passes of tests/workload, as lines SCENARIO, PASS, without what
# is another each time: two backends, or two kernels, must tell the same. blind_spots are
# those of both. Threads get their descriptors in any order: they are judged by what they
# stated alone.
include "stated";

def steady:
	if . then
		gsub("fdpass-[A-Za-z0-9]{6}"; "fdpass-X") | gsub("/proc/[0-9]+"; "/proc/N")
		| gsub("(?<what>[a-z_]+):.[0-9]+."; "\(.what):[N]")
		# Since Linux 5.15 each type of Unix socket has a protocol of its own.
		| gsub("^UNIX-STREAM$"; "UNIX")
		| gsub("^127.0.0.1:[0-9]+"; "127.0.0.1:N") | gsub("^\\[::1\\]:[0-9]+"; "[::1]:N")
	else . end;
def alike: {
	index, outcome, via: (.via.type + " " + (.via.name | steady | tostring)), errno,
	size: (if .outcome == "failed" then null else .size end),
	from: (.from | {comm, exe, uid, gid, euid, process, sockfd, fd}),
	to: (if .to then .to | {comm, exe, uid, gid, euid, process, sockfd, fd} else null end),
	file: (if .file == null then null else .file
		| {kind, flags, deleted, cut, exact, rdev, size, seals, family, type, state,
			name: (.name | steady), local: (.local | steady),
			remote: (.remote | steady)} end)
};

[foreach inputs as $line (
	{};
	if $line.scenario then {scenario: $line.scenario} else .pass = $line end;
	select(.pass) | {key: "\(.pass.from.pid)", value: .scenario})
] | from_entries as $scenario_of
| $passes[] | ($scenario_of["\(.from.pid)"] // "nobody") as $scenario
| select($scenario != "threads")
| "\($scenario)\t\(told_with($blind_spots) | alike | tojson)"
