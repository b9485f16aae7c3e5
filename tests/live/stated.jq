# SPDX-License-Identifier: BSD-2-Clause
#
# stated: a pass of a trace, or one that tests/workload stated, reduced to what the
# workload can state. What nobody can know is left out on both sides: the size of a
# message that was not sent, why a descriptor was not installed, the protocol of a socket,
# the file behind a bad number.
#
# Differences between backends that cannot be avoided, all of them: with $EXACT set (fentry,
# kprobe), a send that failed after the kernel had taken the descriptors has no errno.
def known_errno:
	if .outcome != "failed" then null
	elif ($ENV.EXACT // "") == "" or .errno == "EBADF" or .errno == "EINVAL" then .errno
	else null end;
def stated: {
	outcome, errno: known_errno, index,
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

# What a backend cannot tell, of what the workload states; fdpass-replay --info says the
# same of a trace (blind spots). fentry and kprobe take the descriptors of a message where
# the kernel does, and are not told why it comes to nothing later on.
def told_by($backend):
	if $backend == "tracepoint" or .outcome != "failed" then .
	elif .errno == "EBADF" or .errno == "EINVAL" then .
	else .errno = null
	end;
