# SPDX-License-Identifier: BSD-2-Clause
#
# stated: a pass of a trace, or one that tests/workload stated, reduced to what the
# workload can state. What nobody can know is left out on both sides: the size of a
# message that was not sent, why a descriptor was not installed, the protocol of a socket,
# the file behind a bad number.
def stated: {
	outcome, errno: (if .outcome == "failed" then .errno else null end), index,
	size: (if .outcome == "failed" then null else .size end),
	from: (.from | {pid, tid, sockfd, fd}),
	to: (if .to then .to | {pid, tid, sockfd, fd} else null end),
	file: (
		if .file == null or .file.kind == null or .file.kind == "unknown" then null
		else .file
			| {kind, ino, deleted: (.deleted == true and .kind != "memfd"),
				name: (if .kind == "socket" then null else .name end)}
				+ ({dev, rdev, size, seals, mnt_ns, target, family, type, state,
					local, remote,
					flags: (.flags - ["sync", "async", "noatime"])}
					| with_entries(select(.value != null)))
		end)
};

# What the trace says that it could not see (its blind spots, from record/backend.c), taken
# out of what is known to have happened, or of what another backend saw; everything else it
# must tell.
def told_with($blind_spots):
	def blind($sentence): any($blind_spots[]; startswith($sentence));
	if .outcome == "failed" and .errno != "EBADF" and .errno != "EINVAL"
		and blind("why a send failed after the kernel had taken")
	then .errno = null else . end
	| if .outcome == "truncated" and blind("why a descriptor was not installed")
	then .errno = null else . end
	| if .outcome == "discarded" and blind("the address of a connection")
	then del(.via.name) else . end;
