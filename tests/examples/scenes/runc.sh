# SPDX-License-Identifier: BSD-2-Clause
# runc alone: the container's first process passes the master of its terminal.
. "$corpus/programs/runc.sh"
