# SPDX-License-Identifier: BSD-2-Clause
# nginx: the master gives each worker the channels of those that were there before it.
# messages 12
cat >nginx.conf <<END
daemon off;
worker_processes 4;
pid $PWD/pid;
error_log $PWD/error;
events { worker_connections 64; }
http {
	access_log off;
	client_body_temp_path $PWD/body;
	proxy_temp_path $PWD/proxy;
	fastcgi_temp_path $PWD/fastcgi;
	uwsgi_temp_path $PWD/uwsgi;
	scgi_temp_path $PWD/scgi;
	server { listen 127.0.0.1:18182; return 200 ok; }
}
END
nginx -c "$PWD/nginx.conf" -p "$PWD" &
server=$!
wait_for [ -s pid ]
sleep 1
kill -QUIT $server
wait $server
