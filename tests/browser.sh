#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Opens the pages of --format html in a real browser: what they show, what a filter and a
# click leave, and that the picture is one. browser.sh [BUILD]

set -u
. "$(dirname -- "$0")/lib/verdict.sh"
build=$(CDPATH='' cd -- "${1:-build}" && pwd) || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ] || ! command -v convert >/dev/null; then
	echo "SKIP pages: chromium or convert (ImageMagick) is not installed"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi

# browse ARGUMENT... URL
browse() {
	rm -rf "$work/profile"
	timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-quic \
		--no-first-run --disable-background-networking --disable-component-update \
		--disable-sync --enable-logging=stderr --hide-scrollbars \
		--user-data-dir="$work/profile" --window-size=1300,800 "$@" 2>"$work/log"
}

# open_page TRACE STATE: what the page has become, in $work/dom
open_page() {
	browse --dump-dom "file://$work/$1.html#$2" >"$work/dom" &&
		grep -q 'data-ready="yes"' "$work/dom" && ! grep -q CONSOLE "$work/log"
}

arrows() {
	grep -o '<g class="row[^"]*"' "$work/dom" | wc -l
}

has() {
	grep -q -- "$1" "$work/dom"
}

"$build/tests/make_traces" "$work" || exit 2
"$build/tests/make_traces" big 10000 >"$work/big.fdpass"
for trace in chain truncated failed hostile bytes inherited sections empty big; do
	"$build/fdpass-replay" --format html "$work/$trace.fdpass" >"$work/$trace.html"
	open_page $trace ""
	verdict "$trace: the page works and says nothing on its console"
done

open_page chain "" && [ "$(arrows)" = 4 ] && has '>4 passes</span>' && has 'title="server\[103\]"'
verdict "each pass is an arrow"

open_page chain "" && [ "$(grep -o 'id="stage" style="width: [0-9]*' "$work/dom" |
	grep -o '[0-9]*$')" -gt 1200 ]
verdict "three processes share the width of the window"

open_page chain "q=memfd" && [ "$(arrows)" = 2 ] && has '>2 of 4 passes</span>'
verdict "a word filters"

open_page chain "q=-memfd+to.comm:server" && [ "$(arrows)" = 1 ] && has '>1 of 4 passes</span>'
verdict "words are excluded, columns are named"

open_page failed "outcome=discarded" && [ "$(arrows)" = 1 ]
verdict "an outcome filters"

open_page chain "row=3" && has '<aside id="details">' && has 'its chain: 2 passes' &&
	has '<td>exe</td><td>/usr/bin/program</td>' && has 'class="row on"' && has 'class="row kin"'
verdict "a chosen pass shows its details and marks its chain"

open_page hostile "row=2" && ! has '<img' && [ "$(grep -c '<script' "$work/dom")" = 2 ] &&
	has '=1+1&lt;/script&gt;\[202\]'
verdict "a name that ends a script is a name"

open_page big "" && has '>10,000 passes</span>' && [ "$(arrows)" -lt 60 ] && [ "$(arrows)" -gt 10 ]
verdict "of 10,000 passes those are drawn that can be seen"

open_page big "row=9000" && has 'data-row="9000"' && has 'class="row on"' && [ "$(arrows)" -lt 60 ]
verdict "the 9000th of 10,000 is scrolled to"

open_page big "q=memfd" && has '>5,000 of 10,000 passes</span>'
verdict "10,000 passes are filtered"

# look TRACE STATE: the colours of the picture and how many pixels have each
look() {
	browse --screenshot="$work/look.png" "file://$work/$1.html#$2" || return
	convert "$work/look.png" ppm:- | tail -c +17 | od -An -v -tx1 -w3 |
		awk '{ n[$1 $2 $3]++ } END { for (c in n) print c, n[c] }' >"$work/look"
}

# pixels COLOUR
pixels() {
	awk -v c="$1" '$1 == c { n = $2 } END { print n + 0 }' "$work/look"
}

for trace in chain big; do
	look $trace row=2 && [ "$(wc -l <"$work/look")" -gt 50 ] &&
		[ "$(pixels fff3c9)" -gt 5000 ] && [ "$(pixels eef3fb)" -gt 5000 ]
	verdict "$trace: the picture has names, arrows and the mark of what is chosen"
done
look failed "" && [ "$(pixels c8371f)" -gt 300 ]
verdict "what did not arrive is red"
look empty "" && [ "$(pixels c8371f)" = 0 ] && [ "$(pixels ffffff)" -gt 500000 ]
verdict "and nothing is where nothing was passed"

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
