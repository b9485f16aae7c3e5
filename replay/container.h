/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The container that a process runs in, after its cgroup: what runtimes call it
 * themselves.
 *
 *   docker-ID.scope, libpod-ID.scope, cri-containerd-ID.scope, crio-ID.scope, and ID
 * alone as the cgroupfs drivers have it, where ID is 64 hexadecimal digits;
 *   lxc.payload.NAME (LXC, Incus); machine-NAME.scope and systemd-nspawn@NAME.service.
 *
 * The innermost counts. Where no name fits, as with runc or ctr, whose users choose the
 * cgroup, a process of another pid namespace is in what its cgroup is called, unless that
 * is a unit of systemd's: services have namespaces as well.
 */
#pragma once

#include <stdbool.h>

#include "../format/fdp.h"

/* A part of cgroup; empty: none that can be told. */
struct fdp_text container_name(struct fdp_text cgroup, bool other_pid_ns);
