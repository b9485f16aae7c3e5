# SPDX-License-Identifier: BSD-2-Clause
# Which folder may include what, and which file holds which library. Reads C files; tests
# and the demo are free.
BEGIN {
	# Headers of other folders; a folder's own headers are always allowed.
	own["bpf"] = "^$"
	own["format"] = "^$"
	own["cli"] = "^../format/fdp.h$"
	own["replay"] = "^../(format/fdp|cli/[a-z]+).h$"
	own["record"] = "^../(format/fdp|bpf/event|cli/[a-z]+).h$"

	# One library, one file (or two).
	library["^(zstd.*)[.]h$"] = "^format/block.c$"
	library["^xxhash.h$"] = "^format/frame.c$"
	library["^seccomp.h$"] = "^record/sandbox.c$"
	library["^jansson.h$"] = "^replay/ig.c$"
	library["^bpf/"] = "^(record/(probe|hooks)|bpf/.*)[.][ch]$"

	# The library of the format neither prints nor ends the program.
	silent = "(^|[^a-z_])(v?f?printf|puts|fputs|perror|v?warnx?|v?errx?|exit|abort)[(]"
}

function complain(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad = 1
}

FNR == 1 {
	split(FILENAME, part, "/")
	folder = part[1]
}

/^#[ \t]*include/ {
	name = $0
	sub(/^[^<"]*[<"]/, "", name)
	sub(/[>"].*$/, "", name)
	if ($0 ~ /"/ && folder in own && name ~ /\// && name !~ own[folder])
		complain(folder "/ must not know " name)
	for (header in library)
		if (folder in own && name ~ header && FILENAME !~ library[header])
			complain(name " belongs in " library[header])
}

folder == "format" && $0 ~ silent && !/^[ \t]*[\/ ]\*/ {
	complain("format/ neither prints nor exits")
}

END { exit bad }
