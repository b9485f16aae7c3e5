# SPDX-License-Identifier: BSD-2-Clause
# conmon and runc: the container's first process passes the master of its terminal.
. "$corpus/programs/conmon.sh"
