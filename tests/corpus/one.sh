# SPDX-License-Identifier: BSD-2-Clause
# one.sh PROGRAM FILE: a program of the corpus, recorded and compared (see run).
. "$(dirname "$0")/../live/lib.sh"

name=$1 file=$2
# What the folder holds is read by users that programs change to.
chmod 755 "$folder"
mkdir -m 755 "$folder/scene"
cd "$folder/scene" || exit
trace "$name" timeout -k 2 50 unshare --mount --net --pid --fork --kill-child --mount-proc \
	bash "$corpus/scene.sh" "$file" </dev/null >"$folder/output" 2>&1
status=$?
cd / || exit

# 3: it worked, and the recorder lost something.
if [ $status = 0 ]; then
	ok "$name: the scene works"
elif [ $status = 3 ]; then
	not_ok "$name: the trace is complete" \
		"$("$build/fdpass-replay" --info "$folder/$name.fdpass" 2>/dev/null | grep '^complete')"
else
	not_ok "$name: the scene works" "exit status $status"
	tail -n 20 "$folder/output" | cut -c1-200 | sed 's/^/# /'
fi
if grep -q '^# stated' "$file"; then
	compare_stated "$name" "$folder/scene/stated"
else
	compare "$name"
fi
least=$(sed -n 's/^# messages //p' "$file")
expect "$name: $least messages or more are compared" \
	[ "$(count_messages "$folder/$name.theirs")" -ge "$least" ]
# What became of the descriptors is what the program is there for.
outcomes() {
	passes "$name" | jq -r .outcome | sort -u | paste -sd ' '
}
wanted=$(sed -n 's/^# outcomes //p' "$file")
[ "$wanted" = '*' ] ||
	expect "$name: the outcomes are ${wanted:=delivered}" [ "$(outcomes)" = "$wanted" ]
[ -z "${KEEP-}" ] || { mkdir -p "$KEEP" && cp -r "$folder/." "$KEEP/$name"; }
