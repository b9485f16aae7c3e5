// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../record/process.h"

#define PID 4711
#define TICKS 12345
#define TICK_NS 10000000ULL /* USER_HZ is 100 wherever Linux runs */

/* A folder that looks like /proc with one process in it. */
struct fake {
	char dir[64];
	struct process_source source;
};

static void put(const struct fake *f, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%d/%s", f->dir, PID, name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static void put_stat(const struct fake *f, const char *comm, unsigned int start)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "%d (%s) S 77 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 %u 999 1 2\n",
		 PID, comm, start);
	put(f, "stat", text);
}

static void fake_open(struct fake *f, bool cmdline)
{
	char path[128];

	snprintf(f->dir, sizeof(f->dir), "/tmp/fdpass-proc-XXXXXX");
	cr_assert_not_null(mkdtemp(f->dir));
	snprintf(path, sizeof(path), "%s/%d", f->dir, PID);
	cr_assert_eq(mkdir(path, 0700), 0);
	put_stat(f, "worker", TICKS);
	put(f, "cgroup", "9:name=systemd:/old\n0::/system.slice/x\n");
	put(f, "cmdline", "worker");
	snprintf(path, sizeof(path), "%s/%d/exe", f->dir, PID);
	cr_assert_eq(symlink("/usr/bin/worker", path), 0);
	cr_assert_eq(process_source_open(&f->source, f->dir, cmdline), 0);
}

static void fake_close(struct fake *f)
{
	static const char *const names[] = {"stat", "cgroup", "cmdline", "exe", ""};
	char path[128];

	process_source_close(&f->source);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%d/%s", f->dir, PID, names[i]);
		remove(path);
	}
	cr_expect_eq(rmdir(f->dir), 0);
}

static struct process_facts facts_of(const char *main_comm)
{
	struct process_facts facts = {
		.pid = PID,
		.start_ns = TICKS * TICK_NS + 3,
		.told = true,
	};

	snprintf(facts.main_comm, sizeof(facts.main_comm), "%s", main_comm);

	return facts;
}

static bool text_is(struct fdp_text text, const char *expected)
{
	return text.len == strlen(expected) &&
	       (text.len == 0 || memcmp(text.data, expected, text.len) == 0);
}

Test(process, what_the_kernel_did_not_say_is_read)
{
	struct process_facts facts = facts_of("worker");
	struct fake f;

	fake_open(&f, true);
	process_enrich(&f.source, &facts);
	cr_expect(text_is(facts.exe, "/usr/bin/worker"));
	cr_expect(text_is(facts.cgroup, "/system.slice/x"));
	cr_expect(text_is(facts.cmdline, "worker"));
	process_facts_release(&facts);
	fake_close(&f);
}

Test(process, arguments_are_read_only_when_asked_for)
{
	struct process_facts facts = facts_of("worker");
	struct fake f;

	fake_open(&f, false);
	process_enrich(&f.source, &facts);
	cr_expect_eq(facts.cmdline.len, 0);
	process_facts_release(&facts);
	fake_close(&f);
}

Test(process, a_reused_pid_gives_nothing)
{
	struct process_facts facts = facts_of("worker");
	struct fake f;

	fake_open(&f, true);
	put_stat(&f, "worker", TICKS + 1);
	process_enrich(&f.source, &facts);
	cr_expect_eq(process_facts_weight(&facts), 0);
	process_facts_release(&facts);
	fake_close(&f);
}

Test(process, a_process_that_is_gone_gives_nothing)
{
	struct process_facts facts = facts_of("worker");
	struct fake f;

	fake_open(&f, true);
	facts.pid = PID + 1;
	process_enrich(&f.source, &facts);
	cr_expect_eq(process_facts_weight(&facts), 0);
	fake_close(&f);
}

Test(process, another_program_gives_its_cgroup_but_not_its_name)
{
	struct process_facts facts = facts_of("shell");
	struct fake f;

	fake_open(&f, true);
	process_enrich(&f.source, &facts);
	cr_expect_eq(facts.exe.len, 0);
	cr_expect_eq(facts.cmdline.len, 0);
	cr_expect(text_is(facts.cgroup, "/system.slice/x"));
	process_facts_release(&facts);
	fake_close(&f);
}

Test(process, a_hostile_name_does_not_shift_the_fields)
{
	struct process_facts facts = facts_of("");
	struct fake f;

	fake_open(&f, false);
	put_stat(&f, "a) S 1 (b", TICKS);
	facts.told = false;
	process_enrich(&f.source, &facts);
	cr_expect_str_eq(facts.main_comm, "a) S 1 (b");
	cr_expect_eq(facts.ppid, 77);
	cr_expect(text_is(facts.exe, "/usr/bin/worker"));
	process_facts_release(&facts);
	fake_close(&f);
}

Test(process, a_known_cgroup_is_remembered_for_processes_that_are_gone)
{
	struct process_facts first = facts_of("worker"), second = facts_of("worker");
	struct fake f;

	fake_open(&f, false);
	first.cgroup_id = second.cgroup_id = 55;
	process_enrich(&f.source, &first);
	second.pid = PID + 1;
	process_enrich(&f.source, &second);
	cr_expect(text_is(second.cgroup, "/system.slice/x"));
	process_facts_release(&first);
	process_facts_release(&second);
	fake_close(&f);
}

Test(process, a_cgroup_that_the_kernel_told_needs_no_proc)
{
	static const char names[] = "web\0default";
	struct process_facts facts = facts_of("worker"), root = facts_of("worker");
	struct event_cgroup *event = calloc(1, sizeof(*event) + sizeof(names));
	struct fake f;

	cr_assert_not_null(event);
	fake_open(&f, false);
	facts.pid = root.pid = PID + 1;
	facts.cgroup_id = event->cgroup = 55;
	event->path_len = sizeof(names);
	memcpy(event->path, names, sizeof(names));
	process_source_cgroup(&f.source, event);
	process_enrich(&f.source, &facts);
	cr_expect(text_is(facts.cgroup, "/default/web"));

	root.cgroup_id = event->cgroup = 1;
	event->path_len = 0;
	process_source_cgroup(&f.source, event);
	process_enrich(&f.source, &root);
	cr_expect(text_is(root.cgroup, "/"));

	process_facts_release(&facts);
	process_facts_release(&root);
	free(event);
	fake_close(&f);
}

Test(process, what_the_kernel_said_stays)
{
	struct process_facts facts = facts_of("worker");
	struct fake f;

	fake_open(&f, false);
	facts.exe = (struct fdp_text){strdup("/bin/true"), 9};
	process_enrich(&f.source, &facts);
	cr_expect(text_is(facts.exe, "/bin/true"));
	process_facts_release(&facts);
	fake_close(&f);
}

Test(process, the_real_proc_describes_this_process)
{
	struct process_source source;
	struct process_facts facts = {.pid = (uint32_t)getpid(), .told = false};
	char text[1024] = "", exe[256] = "", *field;
	int fd = open("/proc/self/stat", O_RDONLY);

	cr_assert_gt(read(fd, text, sizeof(text) - 1), 0);
	close(fd);
	field = strrchr(text, ')') + 1;
	for (int i = 0; i < 19; i++)
		field = strchr(field + 1, ' ');
	facts.start_ns = strtoull(field, NULL, 10) * TICK_NS + TICK_NS / 2;
	cr_assert_gt(readlink("/proc/self/exe", exe, sizeof(exe) - 1), 0);
	cr_assert_eq(process_source_open(&source, "/proc", true), 0);
	process_enrich(&source, &facts);
	cr_expect(text_is(facts.exe, exe));
	cr_expect_eq(facts.ppid, (uint32_t)getppid());
	cr_expect_gt(facts.cmdline.len, 0);
	process_facts_release(&facts);
	process_source_close(&source);
}
