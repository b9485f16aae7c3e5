# SPDX-License-Identifier: BSD-2-Clause
# A 64-bit process that makes 32-bit calls: sendmsg, recvmsg, socketcall.
# messages 4
"$build/tests/int80"
