# SPDX-License-Identifier: BSD-2-Clause
# A client of PipeWire gets memory and eventfds for its stream.
. "$corpus/programs/pipewire.sh"
