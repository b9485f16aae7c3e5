# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Counts what the tests in shell say of the reader.
passed=0 failed=0 skipped=0

# verdict NAME: the last command's
verdict() {
	if [ $? = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $1"
	fi
}
