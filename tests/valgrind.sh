#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# valgrind.sh BUILD: all that the reader can be asked for, and a recording without a
# kernel, under memcheck: nothing is read that was not written, no byte is lost, no
# descriptor stays open. BUILD has tools without sandboxes, which valgrind cannot work in.
set -u

build=$(cd "$1" && pwd)
folder=$(mktemp -d)
passed=0 failed=0
trap 'rm -rf "$folder"' EXIT
"$build/tests/make_traces" "$folder" || exit 2
cd "$folder" || exit 2

# clean COMMAND...
clean() {
	valgrind -q --error-exitcode=99 --leak-check=full --log-file=report \
		--errors-for-leak-kinds=all "$@" >out 2>said </dev/null
	if [ $? != 99 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $*"
		head -n 20 report
	fi
}

replay=$build/fdpass-replay
for view in passes sends receives chains processes summary leaks transfers; do
	for format in table jsonl csv; do
		clean "$replay" --view $view --format $format chain.fdpass truncated.fdpass
	done
done
for format in mermaid dot perfetto html ig text; do
	clean "$replay" --format $format hostile.fdpass
done
for trace in *.fdpass; do
	clean "$replay" "$trace"
done
clean "$replay" --info lost.fdpass
clean "$replay" --follow chain.fdpass
clean "$replay" --normalize chain.fdpass
clean "$replay" --diff failed.fdpass chain.fdpass
clean "$replay" --redact -o redacted chain.fdpass
clean "$replay" --cut .. -o part chain.fdpass
"$replay" --format text chain.fdpass >chain.txt
clean "$replay" --assemble chain.txt -o assembled
clean "$build/tests/record-faults" interrupted -t made -q --no-sandbox -d 0.1 -o made
clean "$build/tests/record-faults" short -t made-000001.fdpass -q --no-sandbox -d 0.1 \
	--ring 1M --dump-on failed -o made.fdpass
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
