# SPDX-License-Identifier: BSD-2-Clause
#
# jq -rs -f messages.jq: the messages in the output of
#
#   fdpass-replay --view passes --format jsonl
#
# one line each, in the words of strace-messages (which explains them).

def escape:
	explode
	| map(if . > 32 and . < 127 and . != 37 and . != 44 then [.] | implode else "%\(.);" end)
	| join("");

def object:
	if . == null or .kind == null or .kind == "unknown" then "-"
	elif .kind == "pidfd" then "[pidfd]"
	elif .kind == "socket" and (.name | startswith("UNIX")) then "socket:\(.ino)"
	elif .kind == "socket" then "socket:\(.name)"
	else
		.name
		| sub("^anon_inode:"; "")
		| escape
	end
	+ if .deleted and .kind != "memfd" then "%32;(deleted)" else "" end;

def socket: "sock=\(.sockfd // "-")[\(.socket_ino // "-")]";

# Times are decimal strings: 2^53 is no limit for them.
def by_time: [(.boot_ns | length), .boot_ns];

def failed: .outcome == "failed";

def send:
	sort_by(.index)
	| unique_by(.index)
	| .[0] as $first
	| {
		who: $first.from.tid,
		at: ($first | by_time),
		text: (
			if $first | failed then
				"send \($first.from | socket) failed=\($first.errno // "nothing") fds="
				+ (map("\(.from.fd // "-")") | join(","))
			else
				"send \($first.from | socket) size=\($first.size) fds="
				+ (map("\(.from.fd // "-"):\(.file | object)") | join(","))
			end)
	};

# A message can be received more than once: each peek and the receipt have their time.
def receives:
	map(select(.to != null))
	| group_by([(.to | by_time), .to.tid])[]
	| sort_by(.index)
	| any(.[]; .outcome == "truncated" or (.outcome == "peeked" and .to.fd == null)) as $cut
	| map(select(.to.fd != null))
	| select(length > 0)
	| .[0] as $first
	| {
		who: $first.to.tid,
		at: ($first.to | by_time),
		text: (
			"receive \($first.to | socket)"
			+ (if $first.outcome == "peeked" then " peek" else "" end)
			+ (if $cut then " truncated" else "" end)
			+ " fds="
			+ (map("\(.to.fd):\(.file | object)") | join(",")))
	};

group_by(.message)
| map((select(.[0].from.tid != null) | send), receives)
| sort_by(.who, .at)[]
| "\(.who) \(.text)"
