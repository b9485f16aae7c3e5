# SPDX-License-Identifier: BSD-2-Clause
# postfix: postscreen passes the client's connection to smtpd.
# messages 2
mkdir -p config queue data
chown postfix data
cp /etc/postfix/dynamicmaps.cf config/
cat >config/main.cf <<END
compatibility_level = 3.6
queue_directory = $PWD/queue
data_directory = $PWD/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
inet_interfaces = 127.0.0.1
myhostname = localhost
mydestination = localhost
maillog_file = /dev/stdout
postscreen_greet_wait = 1s
mynetworks = 10.255.255.255/32
alias_maps =
END
cat >config/master.cf <<END
18125    inet  n - n - 1 postscreen
smtpd    pass  - - n - - smtpd
dnsblog  unix  - - n - 0 dnsblog
tlsproxy unix  - - n - 0 tlsproxy
cleanup  unix  n - n - 0 cleanup
rewrite  unix  - - n - - trivial-rewrite
anvil    unix  - - n - 1 anvil
proxymap unix  - - n - - proxymap
postlog  unix-dgram n - n - 1 postlogd
END
for queue in active bounce corrupt defer deferred flush hold incoming maildrop pid private \
	public saved trace; do
	mkdir queue/$queue
done
chown postfix queue/*
chown root queue/pid
chgrp postdrop queue/maildrop queue/public
chmod 730 queue/maildrop
chmod 710 queue/public
chmod 700 queue/private queue/active
/usr/lib/postfix/sbin/master -c "$PWD/config" -d &
wait_for [ -S queue/private/smtpd ]
/usr/bin/python3 - <<'P'
import socket, sys
client = socket.create_connection(("127.0.0.1", 18125), 10)
replies = client.makefile("r")
print(replies.readline())
client.sendall(b"EHLO corpus\r\n")
while not (line := replies.readline()).startswith("250 "):
    line or sys.exit("no reply")
client.sendall(b"QUIT\r\n")
print(replies.readline())
P
