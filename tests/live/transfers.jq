# SPDX-License-Identifier: BSD-2-Clause
#
# The rows of fdpass-replay --view transfers --format jsonl, in the words of transfers.c.
def end_number: if .slot then "#\(.slot)" else .fd // "-" end;
[.via.type, .from.pid // "-", (.from | end_number), .to.pid // "-", (.to | end_number),
	.file.name // "-", .errno // .outcome] | join(" ")
