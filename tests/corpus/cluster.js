// SPDX-License-Identifier: BSD-2-Clause
// Two workers behind one port; six requests; then all end.
const cluster = require('cluster');
const http = require('http');
const PORT = 18181, WORKERS = 2, REQUESTS = 6;

function request(left) {
	if (left === 0) {
		for (const worker of Object.values(cluster.workers))
			worker.kill();
		return;
	}
	http.get({port: PORT, host: '127.0.0.1', agent: false}, (response) => {
		response.resume();
		response.on('end', () => request(left - 1));
	});
}

if (cluster.isPrimary) {
	let listening = 0;
	cluster.on('listening', () => ++listening === WORKERS && request(REQUESTS));
	for (let i = 0; i < WORKERS; i++)
		cluster.fork();
} else {
	http.createServer((_, response) => response.end('ok')).listen(PORT, '127.0.0.1');
}
