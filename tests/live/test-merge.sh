# SPDX-License-Identifier: BSD-2-Clause
# Recorders at once, each with another filter, and their traces told as one.
. "$(dirname "$0")/lib.sh"

for name in client dbus-broker server; do
	recorder $name --comm $name
done
expect "the call succeeds" "$build/demo/bus" "$folder" /etc/hostname
for name in client dbus-broker server; do
	recorder_end $name INT || not_ok "the recorder of $name ends well" "$?"
done

# merged VIEW NAME...
merged() {
	local view=$1 name files=()
	shift
	for name; do
		files+=("$folder/$name.fdpass")
	done
	"$build/fdpass-replay" --view "$view" --format csv --columns "$columns" "${files[@]}"
}

columns=text
says() {
	"$@" | tee "$folder/said" | grep -q "$says" || { cat "$folder/said"; return 1; }
}
not_alone() {
	! merged chains client | grep -q server
}
expect "one trace alone knows half of the way" not_alone
says='^client → dbus-broker \[inferred\] → server$'
expect "the chain of two traces goes over both, inferred" says merged chains client server
says='^client → dbus-broker → server$'
expect "what both saw makes it as in one trace" says merged chains client dbus-broker
expect "and all three are one" says merged chains client dbus-broker server

columns=from.pid,from.fd,to.pid,to.fd,file.name,outcome
once() {
	merged passes dbus-broker >"$folder/alone"
	merged passes "$@" >"$folder/merged"
	grep -q /dev/null "$folder/alone" &&
		diff "$folder/alone" "$folder/merged"
}
expect "what two recorders saw is told once" once client dbus-broker
expect "whichever comes first" once dbus-broker server
expect "and so is what three saw" once server dbus-broker client
