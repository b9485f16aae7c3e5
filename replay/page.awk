# SPDX-License-Identifier: BSD-2-Clause
# Makes two C strings of page.html: what comes before the line @DATA@, and what after.
BEGIN {
	print "/* SPDX-License-Identifier: BSD-2-Clause */"
	print "#pragma once\n"
	print "static const char page_head[] ="
}

$0 == "@DATA@" {
	print "\t;\n\nstatic const char page_tail[] ="
	next
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	print "\t\"" $0 "\\n\""
}

END { print "\t;" }
