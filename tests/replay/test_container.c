// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/container.h"

#include <criterion/criterion.h>
#include <string.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static void expect_name(const char *cgroup, bool other_pid_ns, const char *wanted)
{
	struct fdp_text got =
		container_name((struct fdp_text){cgroup, strlen(cgroup)}, other_pid_ns);
	cr_assert_eq(got.len, strlen(wanted), "%s: \"%.*s\"", cgroup, (int)got.len,
		     got.data);
	cr_assert_eq(memcmp(got.data, wanted, got.len), 0, "%s: \"%.*s\"", cgroup,
		     (int)got.len, got.data);
}

Test(container, runtimes_number_their_containers)
{
	expect_name("/system.slice/docker-" ID ".scope", false, ID);
	expect_name("/docker/" ID, false, ID);
	expect_name("/machine.slice/libpod-" ID ".scope/container", false, ID);
	expect_name("/kubepods.slice/kubepods-pod1_2.slice/cri-containerd-" ID ".scope",
		    false, ID);
	expect_name("/kubepods/burstable/pod1-2/" ID, false, ID);
	expect_name("/kubepods.slice/crio-" ID ".scope", true, ID);
}

Test(container, machines_and_lxc_have_names)
{
	expect_name("/lxc.payload.web/system.slice/cron.service", false, "web");
	expect_name("/machine.slice/machine-web.scope/payload", false, "web");
	expect_name("/machine.slice/systemd-nspawn@web.service/payload", true, "web");
}

Test(container, of_nested_ones_the_innermost_counts)
{
	expect_name("/docker/" ID "/kubelet/kubepods/pod1/" OTHER, false, OTHER);
	expect_name("/docker/" ID "/init.scope", true, ID);
	expect_name("/lxc.payload.web/docker/" ID, false, ID);
}

Test(container, a_monitor_is_outside)
{
	expect_name("/machine.slice/libpod-conmon-" ID ".scope", false, "");
	expect_name("/system.slice/crio-conmon-" ID ".scope", false, "");
}

Test(container, a_virtual_machine_is_none)
{
	expect_name("/machine.slice/machine-qemu\\x2d1\\x2dweb.scope", false, "");
}

Test(container, another_pid_namespace_is_called_after_its_cgroup)
{
	expect_name("/default/web", true, "web");
	expect_name("/web", true, "web");
	expect_name("web", true, "web");
	expect_name("/default/web", false, "");
}

Test(container, units_are_none)
{
	expect_name("/user.slice/user-1000.slice/session-1.scope", true, "");
	expect_name("/system.slice/rtkit-daemon.service", true, "");
	expect_name("/user.slice", true, "");
}

Test(container, what_only_looks_like_a_number_is_none)
{
	expect_name("/app-" ID "0", false, "");
	expect_name("/x" ID, false, "");
	expect_name("/docker/"
		    "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
		    false, "");
	expect_name("/lxc.payload.", false, "");
	expect_name("/machine-.scope", false, "");
	expect_name("", true, "");
	expect_name("/", true, "");
	expect_name("//", true, "");
}
