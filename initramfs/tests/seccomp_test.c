/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

#include "guest.h"
#include "test.h"

static struct guest guest;
static struct fields fields;

/* mkdir(2) fails with ENOTTY, setuid(2) with EPERM, all else is allowed. */
static const struct sock_filter program[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdir, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setuid, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static const char *const script =
    "mkdir /tmp/x; grep -E '^(Seccomp|NoNewPrivs):' /proc/self/status";

static void run_filtered(uint32_t process, bool no_new_privs, const void *filter, size_t length)
{
	run_begin(&fields, process, "sh", script);
	if (no_new_privs)
		field_put_u32(&fields.writer, FIELD_NO_NEW_PRIVS, 1);
	field_put(&fields.writer, FIELD_SECCOMP, filter, length);
	field_put_u32(&fields.writer, FIELD_SECCOMP_FLAGS, SECCOMP_FILTER_FLAG_SPEC_ALLOW);
}

static void prepared(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
}

/* The user is root already, but setuid(2) is called: the filter sees it only without
 * no_new_privs. */
static void test_filter_before_the_user_changes(void)
{
	const struct seen_reply *reply;

	prepared();
	run_filtered(1, false, program, sizeof(program));
	reply = guest_call(&guest, FRAME_RUN, &fields);
	EXPECT(reply->status == EPERM);
	EXPECT(strcmp(reply->text, "unable to setup user: operation not permitted") == 0);
	guest_stop(&guest);
}

static void test_filter_last_with_no_new_privs(void)
{
	prepared();
	run_filtered(1, true, program, sizeof(program));
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "NoNewPrivs:\t1\nSeccomp:\t2\n") == 0);
	EXPECT(strstr(guest_output(&guest, 1, 1), "Inappropriate ioctl for device"));
	guest_stop(&guest);
}

static void test_filter_of_a_process_beside(void)
{
	prepared();
	guest_run(&guest, 1, "sleep 1000");
	run_filtered(2, false, &program[5], sizeof(program[5]));
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 2) == 0);
	EXPECT(strcmp(guest_output(&guest, 2, 0), "NoNewPrivs:\t0\nSeccomp:\t2\n") == 0);
	EXPECT(strcmp(guest_output(&guest, 2, 1), "") == 0);
	guest_stop(&guest);
}

static void test_none(void)
{
	prepared();
	run_begin(&fields, 1, "sh", script);
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "NoNewPrivs:\t0\nSeccomp:\t0\n") == 0);
	guest_stop(&guest);
}

/* A program as long as there are, in several frames. */
static void test_longest(void)
{
	static struct sock_filter longest[BPF_MAXINSNS];

	for (size_t i = 0; i < BPF_MAXINSNS; i++)
		longest[i] = program[5];
	prepared();
	run_filtered(1, true, longest, sizeof(longest));
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	guest_stop(&guest);
}

static void test_kernel_refuses(void)
{
	static const struct sock_filter endless[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0) };
	const struct seen_reply *reply;

	prepared();
	run_filtered(1, true, endless, sizeof(endless));
	reply = guest_call(&guest, FRAME_RUN, &fields);
	EXPECT(reply->status == EINVAL);
	EXPECT(strcmp(reply->text, "error loading seccomp filter into kernel: invalid argument") ==
	       0);
	guest_stop(&guest);
}

/* A host that breaks the protocol loses the connection. */
static void test_bad_lengths(void)
{
	static const size_t lengths[] = { 0, 7, 12, (BPF_MAXINSNS + 1) * sizeof(program[0]) };
	static uint8_t bytes[(BPF_MAXINSNS + 1) * sizeof(program[0])];

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		prepared();
		run_filtered(1, true, bytes, lengths[i]);
		guest_request(&guest, FRAME_RUN, &fields);
		EXPECT(guest_pump(&guest, guest_closed, 0));
		guest_stop(&guest);
	}
}

static const struct test tests[] = {
	{ "without no_new_privs the filter judges the change of user",
	  test_filter_before_the_user_changes },
	{ "with no_new_privs it judges the process alone", test_filter_last_with_no_new_privs },
	{ "a process beside the first has it too", test_filter_of_a_process_beside },
	{ "no filter, no seccomp", test_none },
	{ "the longest program", test_longest },
	{ "a program that the kernel refuses", test_kernel_refuses },
	{ "lengths that are none", test_bad_lengths },
};

int main(void)
{
	return test_run_all("seccomp", tests, sizeof(tests) / sizeof(tests[0]));
}
