# SPDX-License-Identifier: BSD-2-Clause
# bash completion: long options, read from --help.
complete -F _longopt fdpass-record fdpass-replay
