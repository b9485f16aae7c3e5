# SPDX-License-Identifier: BSD-2-Clause
# Paths about as long as what is kept of them, 4096 bytes, and longer: nothing is lost, and
# of what is cut the end is there.
. "$(dirname "$0")/lib.sh"

# Goes down so far that FILE, opened there, has a path of that many bytes, and executes
# COMMAND: deep.py FOLDER BYTES FILE COMMAND...
cat >"$folder/deep.py" <<'END'
import os, sys

folder, length, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.chdir(folder)
left = length - len(os.path.realpath(folder)) - 1 - len(file)
while left:
    name = "d" * (99 if left == 201 else min(left, 200) - 1)
    os.mkdir(name)
    os.chdir(name)
    left -= len(name) + 1
os.execv(sys.argv[4], sys.argv[4:])
END

leaf=leaf-of-a-long-path

# deep BYTES: the trace deep-BYTES of a file with such a path, that is passed.
deep() {
	mkdir "$folder/$1" &&
		record "deep-$1" python3 "$folder/deep.py" "$folder/$1" "$1" $leaf \
			"$build/tests/rounds" regular 1 $leaf
}

# told BYTES CUT: its one pass has the file, and so much of its path as there is room for.
told() {
	passes "deep-$1" | jq -es --arg leaf "/$leaf" --argjson bytes "$1" --argjson cut "$2" '
		length == 1 and (.[0].file | .kind == "regular" and (.name | endswith($leaf))
		and if $cut then .cut and (.name | length) > 3800 and (.name | length) <= 4096
		else (.cut | not) and (.name | length) == $bytes end)' >/dev/null && return
	passes "deep-$1" | jq -c '.file | .length = (.name | length)' | cut -c 1-400
	return 1
}

for bytes in 4095 4096 4097 4300 8000; do
	expect "path of $bytes bytes: nothing is lost" deep $bytes
	if [ $bytes -le 4096 ]; then
		expect "path of $bytes bytes: it is whole" told $bytes false
	else
		expect "path of $bytes bytes: its end is told" told $bytes true
	fi
done
