# SPDX-License-Identifier: BSD-2-Clause
#
# stated: a pass of a trace, or one that tests/workload stated, reduced to what the
# workload can state. What nobody can know is left out on both sides: the size of a
# message that was not sent, the protocol of a socket, the file behind a bad number.
def stated: {
	outcome, errno, index,
	size: (if .outcome == "failed" then null else .size end),
	from: (.from | {pid, tid, sockfd, fd}),
	to: (if .to then .to | {pid, tid, sockfd, fd} else null end),
	file: (
		if .file == null or .file.kind == null or .file.kind == "unknown" then null
		else .file
			| {kind, ino, deleted: (.deleted == true and .kind != "memfd"),
				name: (if .kind == "socket" then null else .name end)}
		end)
};
