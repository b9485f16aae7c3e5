# SPDX-License-Identifier: BSD-2-Clause
# A Bluetooth serial port: a connection between two emulated controllers of this machine is
# accepted by bluetoothd, which passes the RFCOMM socket to the program that registered the
# profile, over the system bus.
# record --comm bluetoothd --comm profile

# The kernel waits two seconds for a controller's first answer: modules that the emulator
# needs are there before, and when the machine is slow all the same, it tries again.
modprobe -a hci_vhci rfcomm algif_skcipher algif_hash cmac ecb || exit
ready() { [ "$(hciconfig -a | grep -c 'BD Address: 00:AA:')" = 2 ]; }
for _ in 1 2 3; do
	btvirt -l2 >controllers &
	emulator=$!
	for _ in {1..100}; do
		ready && break 2
		sleep 0.1
	done
	kill $emulator
	wait $emulator
done
systemctl start bluetooth || exit
set_true() { busctl set-property org.bluez "/org/bluez/$1" org.bluez.Adapter1 "$2" b true; }
wait_for set_true hci0 Powered
wait_for set_true hci1 Powered
set_true hci0 Discoverable || exit
"$programs/profile" 3 >said &
profile=$!
wait_for grep -q registered said
address() { hciconfig "$1" | awk '/BD Address/ { print $3 }'; }
mkfifo end
{ "$programs/peer" "$(address hci1)" "$(address hci0)" 3 <end || kill $profile; } &
exec 9>end
wait $profile || exit
cat said
exec 9>&-
systemctl stop bluetooth
kill $emulator
