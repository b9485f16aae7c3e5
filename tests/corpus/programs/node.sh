# SPDX-License-Identifier: BSD-2-Clause
# node's cluster: the primary passes each accepted connection to a worker.
# messages 12
node "$corpus/cluster.js"
