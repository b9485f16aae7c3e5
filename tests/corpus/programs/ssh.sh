# SPDX-License-Identifier: BSD-2-Clause
# OpenSSH: a client passes its standard descriptors to the master of a shared connection.
# messages 6
mkdir /run/sshd
for key in host client; do
	ssh-keygen -q -t ed25519 -N '' -f $key || exit
done
cp client.pub authorized
cat >sshd_config <<END
Port 18122
ListenAddress 127.0.0.1
HostKey $PWD/host
AuthorizedKeysFile $PWD/authorized
StrictModes no
UsePAM no
PermitRootLogin yes
PidFile $PWD/pid
END
/usr/sbin/sshd -D -e -f sshd_config &
wait_for [ -s pid ]
options=(-F /dev/null -i client -p 18122 -o StrictHostKeyChecking=no
	-o UserKnownHostsFile=/dev/null)
# A login of another user keeps the privileged monitor, which passes the terminal.
ssh -tt "${options[@]}" nobody@127.0.0.1 true
ssh "${options[@]}" -M -S master -fN root@127.0.0.1
ssh "${options[@]}" -S master root@127.0.0.1 true </dev/null || exit
ssh "${options[@]}" -S master -O exit root@127.0.0.1
