// SPDX-License-Identifier: BSD-2-Clause
#include "../../record/filter.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "../../record/failure.h"

/* The process at one end: what the programs in the kernel look at. */
struct who {
	const char *comm;
	__u32 pid, uid;
	__u32 end;
};

static __u32 order(__u64 have, __u64 want)
{
	return have < want ? FILTER_LESS : have > want ? FILTER_GREATER : FILTER_EQUAL;
}

static bool test_holds(const struct filter_test *t, const struct who *who)
{
	char comm[EVENT_COMM_LEN] = "";
	__u64 name[2];

	if (t->field == FILTER_PID)
		return order(who->pid, t->value[0]) & t->orders;
	if (t->field == FILTER_UID)
		return order(who->uid, t->value[0]) & t->orders;
	cr_assert_eq(t->field, FILTER_COMM);
	strncpy(comm, who->comm, sizeof(comm) - 1);
	memcpy(name, comm, sizeof(name));
	bool same = (name[0] & t->mask[0]) == t->value[0] &&
		    (name[1] & t->mask[1]) == t->value[1];

	return (same ? FILTER_EQUAL : FILTER_OTHER) & t->orders;
}

/* As the kernel does it: the truths on a stack of bits. */
static bool wants(const char *text, const struct who *who)
{
	struct filter f = {0};
	struct failure failure;
	__u64 stack = 0;

	cr_assert_eq(filter_compile(&f, text, &failure), 0, "%s", failure.text);
	for (__u32 i = 0; i < f.n_steps; i++) {
		__u32 step = f.steps[i];

		if (step < FILTER_TESTS_MAX)
			stack = stack << 1 | test_holds(&f.tests[step], who);
		else if (step == FILTER_NOT)
			stack ^= 1;
		else if (step == FILTER_AND)
			stack = stack >> 1 & (stack | ~1ULL);
		else if (step == FILTER_OR)
			stack = stack >> 1 | (stack & 1);
		else
			stack = stack << 1 | (step == who->end);
	}
	cr_expect_eq(stack >> 1, 0, "%s: one truth is left", text);

	return stack & 1;
}

static const struct who alice = {"alice", 10, 1000, FILTER_AT_SENDER};
static const struct who bob = {"bob", 20, 0, FILTER_AT_RECEIVER};

static void expect(const char *text, bool of_alice, bool of_bob)
{
	cr_expect_eq(wants(text, &alice), of_alice, "%s: alice", text);
	cr_expect_eq(wants(text, &bob), of_bob, "%s: bob", text);
}

Test(filter, names_and_numbers_are_compared)
{
	expect("comm = alice", true, false);
	expect("comm != alice", false, true);
	expect("comm ~ al*", true, false);
	expect("comm ~ *", true, true);
	expect("comm ~ alice", true, false);
	expect("comm = al", false, false);
	expect("pid = 20", false, true);
	expect("uid < 1000", false, true);
	expect("uid >= 1000", true, false);
	expect("uid != 0", true, false);
}

Test(filter, and_or_and_not_join_them)
{
	expect("comm = alice and uid = 1000", true, false);
	expect("comm = alice and uid = 0", false, false);
	expect("comm = alice or uid = 0", true, true);
	expect("not (comm = alice or pid = 7)", false, true);
	expect("not comm = bob and not pid = 7 and (uid = 1 or uid = 1000)", true, false);
}

Test(filter, an_end_is_asked_alone)
{
	expect("from.comm = alice", true, false);
	expect("to.comm = alice", false, false);
	expect("to.comm = bob", false, true);
	expect("not from.comm = bob", true, false);
	expect("from.comm = alice or to.comm = bob", true, true);
	expect("from.comm = bob or uid = 0", false, true);
	expect("from.comm ~ a* and uid = 1000", true, false);
}

Test(filter, a_name_has_fifteen_bytes)
{
	const struct who broker = {"dbus-broker-lau", 1, 0, FILTER_AT_SENDER};

	cr_expect(wants("comm = dbus-broker-launch", &broker));
	cr_expect(wants("comm ~ dbus-broker-l*", &broker));
	cr_expect_not(wants("comm = dbus-broker-la", &broker));
}

static void refuses(const char *text, const char *phrase)
{
	struct filter f = {0};
	struct failure failure;

	cr_expect_eq(filter_compile(&f, text, &failure), -EINVAL, "%s", text);
	cr_expect_str_eq(failure.text, phrase);
}

Test(filter, what_the_kernel_cannot_answer_is_refused_by_name)
{
	refuses("comm = sh and file.kind = socket",
		"--filter: column 15: 'file.kind' cannot be asked in the kernel (it "
		"knows "
		"from. and to. comm, pid, tid, uid, gid, euid, cgroup)");
	refuses("from.cmm = sh",
		"--filter: column 1: 'from.cmm' cannot be asked in the kernel (did you "
		"mean comm?)");
	refuses("comm ~ *sh",
		"--filter: column 8: in the kernel a glob is a beginning and one *");
	refuses("comm < b",
		"--filter: column 6: in the kernel 'comm' is neither less nor "
		"greater");
	refuses("comm = dbus*",
		"--filter: column 6: a glob is compared with ~, or is a text in quotes");
	refuses("pid ~ 1*", "--filter: column 5: in the kernel numbers have no globs");
	refuses("pid = x", "--filter: column 7: pid is a number, 'x' is none");
	refuses("pid", "--filter: column 1: 'pid' is always known: compare it");
	refuses("from.comm = a and to.comm = b", "--filter: column 19: the kernel sees "
						 "one end at a time: from. and to. go "
						 "together with 'or' alone");
	refuses("comm =", "--filter: column 7: a value expected at the end");
	refuses("pid=1 or pid=1 or pid=1 or pid=1 or pid=1 or pid=1 or pid=1 or pid=1 or "
		"pid=1 or pid=1 or pid=1 or pid=1 or pid=1 or pid=1 or pid=1 or pid=1 or "
		"pid=1",
		"--filter: column 145: in the kernel there are at most 16 comparisons");
}
