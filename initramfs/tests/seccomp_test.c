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

/* mkdir(2) fails with ENOTTY, all else is allowed. */
static const struct sock_filter program[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdir, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
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

/* All but what a static program makes of itself to say a word fails with EPERM. */
static const struct sock_filter strict[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 6, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_brk, 5, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_arch_prctl, 4, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 3, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

/* A RUN of `echo ran` under the strict filter, by PATH and as a user, with a hook before it. */
static void run_strict(uint32_t process, bool no_new_privs, bool hook)
{
	size_t group;

	run_begin(&fields, process, "echo", NULL);
	field_put_text(&fields.writer, FIELD_ARG, "ran");
	if (no_new_privs)
		field_put_u32(&fields.writer, FIELD_NO_NEW_PRIVS, 1);
	field_put(&fields.writer, FIELD_SECCOMP, strict, sizeof(strict));
	if (hook) {
		group = field_group_begin(&fields.writer, FIELD_HOOK);
		field_put_text(&fields.writer, FIELD_PATH, "/bin/true");
		field_group_end(&fields.writer, group);
	}
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
}

static void test_nothing_after_the_filter(void)
{
	for (int no_new_privs = 0; no_new_privs < 2; no_new_privs++) {
		prepared();
		run_strict(1, no_new_privs, true);
		EXPECT(guest_wait(&guest, 1) == 0);
		EXPECT(strcmp(guest_output(&guest, 1, 0), "ran\n") == 0);
		guest_stop(&guest);

		prepared();
		guest_run(&guest, 1, "sleep 1000");
		run_strict(2, no_new_privs, false);
		EXPECT(guest_wait(&guest, 2) == 0);
		EXPECT(strcmp(guest_output(&guest, 2, 0), "ran\n") == 0);
		guest_stop(&guest);
	}
}

/* That execve(2) fails is told all the same. */
static void test_failure_after_the_filter(void)
{
	static const struct sock_filter no_exec[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
		/* AddressSanitizer's, before a call that does not return. */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sigaltstack, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct seen_reply *reply;

	prepared();
	run_filtered(1, true, no_exec, sizeof(no_exec));
	reply = guest_call(&guest, FRAME_RUN, &fields);
	EXPECT(reply->status == EPERM);
	EXPECT(strcmp(reply->text, "exec /bin/sh: operation not permitted") == 0);
	guest_stop(&guest);
}

/* What the process may do is what RUN says, although this process held more to load the filter. */
static void test_capabilities_under_a_filter(void)
{
	prepared();
	run_begin(&fields, 1, "grep", NULL);
	field_put_text(&fields.writer, FIELD_ARG, "-E");
	field_put_text(&fields.writer, FIELD_ARG, "^Cap(Prm|Eff)");
	field_put_text(&fields.writer, FIELD_ARG, "/proc/self/status");
	field_put(&fields.writer, FIELD_SECCOMP, &program[3], sizeof(program[3]));
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0),
		      "CapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\n") == 0);
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

static void test_filter_of_an_exec(void)
{
	prepared();
	guest_run(&guest, 1, "sleep 1000");
	run_filtered(2, false, &program[3], sizeof(program[3]));
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
		longest[i] = program[3];
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
	{ "between loading the filter and execve nothing is done that it may refuse",
	  test_nothing_after_the_filter },
	{ "an execve that the filter refuses is told", test_failure_after_the_filter },
	{ "capabilities under a filter that needed more of them",
	  test_capabilities_under_a_filter },
	{ "with no_new_privs it judges the process alone", test_filter_last_with_no_new_privs },
	{ "an exec'd process has it too", test_filter_of_an_exec },
	{ "no filter, no seccomp", test_none },
	{ "the longest program", test_longest },
	{ "a program that the kernel refuses", test_kernel_refuses },
	{ "lengths that are none", test_bad_lengths },
};

int main(void)
{
	return test_run_all("seccomp", tests, sizeof(tests) / sizeof(tests[0]));
}
