# SPDX-License-Identifier: BSD-2-Clause
# haproxy -x: the new process takes over 61 listeners in one message.
# messages 2
configure() {
	cat <<END
global
  stats socket $PWD/stats mode 600 level admin expose-fd listeners
defaults
  mode http
  timeout client 1s
  timeout server 1s
  timeout connect 1s
END
	for i in $(seq 60); do
		printf 'frontend f%d\n  bind 127.0.0.1:%d\n  http-request return status 200\n' \
			"$i" $((18300 + i))
	done
}
configure >haproxy.cfg
haproxy -f haproxy.cfg -db &
old=$!
wait_for [ -S stats ]
haproxy -f haproxy.cfg -db -x "$PWD/stats" -sf $old &
new=$!
wait $old
kill $new
wait $new
true
