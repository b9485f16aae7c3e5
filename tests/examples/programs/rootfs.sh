# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# ./rootfs: what a container of the scenes has, busybox.
mkdir -p rootfs/{bin,dev,etc,proc,sys,tmp}
cp "$(command -v busybox)" rootfs/bin/
ln -s busybox rootfs/bin/tty
