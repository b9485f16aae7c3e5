// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../../record/host.h"
#include "../../record/options.h"

static struct host host;

static bool text_is(struct fdp_text text, const char *expected)
{
	return text.len == strlen(expected) && memcmp(text.data, expected, text.len) == 0;
}

static bool blind_to(const char *phrase)
{
	for (uint32_t i = 0; i < host.header.n_blind_spots; i++) {
		if (memmem(host.blind_spots[i].data, host.blind_spots[i].len, phrase,
			   strlen(phrase)))
			return true;
	}

	return false;
}

static const char *const none[] = {NULL};
static const struct host_probe nothing = {.backend = "fake", .blind_spots = none};

Test(host, the_header_tells_kernel_and_clocks_but_not_the_host)
{
	const struct options options = {0};
	struct utsname name;

	uname(&name);
	cr_assert_eq(host_describe(&host, &options, &nothing), 0);
	cr_expect(text_is(host.header.kernel, name.release));
	cr_expect(text_is(host.header.machine, name.machine));
	cr_expect_eq(host.header.hostname.len, 0);
	cr_expect_eq(host.header.boot_id.len, 36);
	cr_expect_eq(host.header.capture.len, 36);
	cr_expect_eq(host.header.capture.data[14], '4');
	cr_expect_gt(host.header.clock.boot_ns, 0);
	cr_expect_gt(host.header.clock.real_ns, host.header.clock.mono_ns);
	cr_expect_lt(host.header.clock.error_ns, 1000000000ULL);
	cr_expect_eq(host.header.flags, 0);
	cr_expect_eq(host.header.page_size, (uint32_t)getpagesize());
}

Test(host, two_captures_have_different_names)
{
	const struct options options = {0};
	char first[HOST_UUID_LEN + 1];

	cr_assert_eq(host_describe(&host, &options, &nothing), 0);
	memcpy(first, host.capture, sizeof(first));
	cr_assert_eq(host_describe(&host, &options, &nothing), 0);
	cr_expect_str_neq(first, host.capture);
}

Test(host, arguments_of_the_command_are_told_only_with_cmdline)
{
	char *argv[] = {(char *)"fdpass-record", (char *)"--", (char *)"mysql",
			(char *)"-psecret", NULL};
	struct options options = {.argv = argv, .argc = 2, .command = argv + 2};

	cr_assert_eq(host_describe(&host, &options, &nothing), 0);
	cr_expect_eq(host.header.options.len, strlen("fdpass-record") + 1 + 3 + 6);
	cr_expect_null(memmem(host.options, sizeof(host.options), "secret", 6));
	options.cmdline = true;
	cr_assert_eq(host_describe(&host, &options, &nothing), 0);
	cr_expect_not_null(memmem(host.options, sizeof(host.options), "secret", 6));
	cr_expect_eq(host.header.flags, FDP_HEADER_CMDLINE);
}

Test(host, a_missing_hook_is_a_blind_spot)
{
	const struct options options = {.exact_files = true, .hostname = true};
	const struct probe_hook hooks[] = {
		{"tp_btf/sk_data_ready", PROBE_ATTACHED, ""},
		{"tp_btf/sock_send_length", PROBE_ABSENT, "the kernel has none"},
		{"tp_btf/kmem_cache_free", PROBE_UNUSED, ""},
	};

	const char *const blind[] = {"the dark side of the moon", NULL};
	const struct host_probe probe = {"fake", blind, hooks, 3};

	cr_assert_eq(host_describe(&host, &options, &probe), 0);
	cr_expect(text_is(host.header.backend, "fake"));
	cr_expect(blind_to("the dark side of the moon"));
	cr_expect_eq(host.header.n_hooks, 3);
	cr_expect_eq(host.header.hooks[1].state, FDP_HOOK_ABSENT);
	cr_expect(text_is(host.header.hooks[1].name, "tp_btf/sock_send_length"));
	cr_expect(text_is(host.header.hooks[1].reason, "the kernel has none"));
	cr_expect(blind_to("sends that fail"));
	cr_expect(blind_to("pidfd_getfd"));
	cr_expect_not(blind_to("--exact-files"));
	cr_expect_not(blind_to("sender"));
	cr_expect_gt(host.header.hostname.len, 0);
	cr_expect_eq(host.header.flags, FDP_HEADER_EXACT_FILES);
}

Test(host, a_transfer_is_unseen_where_no_backend_has_its_hook)
{
	const struct options options = {.exact_files = true};
	const struct probe_hook hooks[] = {
		{"fexit/pidfd_getfd", PROBE_ATTACHED, ""},
		{"tp/syscalls/sys_exit_ioctl", PROBE_UNUSED, ""},
		{"tp_btf/io_uring_complete", PROBE_ATTACHED, ""},
	};
	const struct host_probe probe = {"fake", none, hooks, 3};

	cr_assert_eq(host_describe(&host, &options, &probe), 0);
	cr_expect_not(blind_to("pidfd_getfd"));
	cr_expect(blind_to("seccomp"));
	cr_expect_not(blind_to("io_uring"));
	cr_expect(blind_to("SO_PASSPIDFD"));
}
