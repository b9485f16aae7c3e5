# SPDX-License-Identifier: BSD-2-Clause
# large
# Chromium in its sandbox: a hundred processes and threads, hundreds of descriptors.
# messages 100
# outcomes *
chown -R nobody .
as_nobody timeout 30 chromium --headless --disable-gpu --user-data-dir="$PWD/data" \
	--dump-dom 'data:text/html,<p>hello</p>' | grep hello
