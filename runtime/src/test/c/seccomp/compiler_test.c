/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "field.h"
#include "profile.h"
#include "test.h"

#define EPERM_ACTION (SECCOMP_RET_ERRNO | EPERM)
#define ENOSYS_ACTION (SECCOMP_RET_ERRNO | ENOSYS)
#define NO_ACTION 0xdeadbeef
#define X32 0x40000000
#define BEYOND 5000 /* no system call has this number yet */

static uint8_t bytes[262144];
static struct field_writer writer;
static struct sock_filter program[PROGRAM_MAX];
static int count;
static struct failure failure;

static void profile_begin(const char *action)
{
	writer = field_writer(bytes, sizeof(bytes));
	field_put_text(&writer, FIELD_ACTION, action);
}

static size_t rule_begin(const char *name, const char *action)
{
	size_t mark = field_group_begin(&writer, FIELD_RULE);

	field_put_text(&writer, FIELD_ACTION, action);
	field_put_text(&writer, FIELD_NAME, name);
	return mark;
}

static void rule(const char *name, const char *action)
{
	field_group_end(&writer, rule_begin(name, action));
}

static void condition(uint32_t index, const char *operator, uint64_t first, uint64_t second)
{
	size_t mark = field_group_begin(&writer, FIELD_CONDITION);

	field_put_u32(&writer, FIELD_INDEX, index);
	field_put_text(&writer, FIELD_OPERATOR, operator);
	field_put_u64(&writer, FIELD_DATUM, first);
	field_put_u64(&writer, FIELD_DATUM_TWO, second);
	field_group_end(&writer, mark);
}

static void compile(void)
{
	failure.text[0] = '\0';
	count = profile_compile(bytes, writer.length, program, &failure);
	if (count < 0)
		fprintf(stderr, "%s\n", failure.text);
	EXPECT(count > 0);
}

static void refused(const char *text)
{
	failure.text[0] = '\0';
	EXPECT(profile_compile(bytes, writer.length, program, &failure) < 0);
	EXPECT(strcmp(failure.text, text) == 0);
	if (strcmp(failure.text, text) != 0)
		fprintf(stderr, "%s\n", failure.text);
}

static bool holds(uint16_t code, uint32_t a, uint32_t k)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == k;
	case BPF_JGT:
		return a > k;
	case BPF_JGE:
		return a >= k;
	case BPF_JSET:
		return a & k;
	default:
		return BPF_OP(code) == BPF_JA;
	}
}

/* The kernel's interpreter, as far as seccomp programs go: what it returns for a system call. */
static uint32_t judge(uint32_t arch, uint32_t number, const uint64_t *arguments)
{
	struct seccomp_data data = { .arch = arch, .nr = (int)number };
	uint32_t a = 0, scratch[BPF_MEMWORDS] = { 0 };

	if (arguments)
		memcpy(data.args, arguments, sizeof(data.args));
	for (int at = 0; at < count; at++) {
		const struct sock_filter *instruction = &program[at];
		uint32_t k = instruction->k;

		switch (instruction->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&a, (const char *)&data + k, sizeof(a));
			break;
		case BPF_LD | BPF_MEM:
			a = scratch[k];
			break;
		case BPF_ST:
			scratch[k] = a;
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= k;
			break;
		case BPF_RET | BPF_K:
			return k;
		case BPF_JMP | BPF_JA:
			at += (int)k;
			break;
		default:
			if (BPF_CLASS(instruction->code) != BPF_JMP)
				return NO_ACTION;
			at += holds(instruction->code, a, k) ? instruction->jt : instruction->jf;
		}
	}
	return NO_ACTION;
}

static uint32_t native(long number)
{
	return judge(AUDIT_ARCH_X86_64, (uint32_t)number, NULL);
}

static uint32_t with(long number, uint64_t first, uint64_t second)
{
	const uint64_t arguments[6] = { first, second };

	return judge(AUDIT_ARCH_X86_64, (uint32_t)number, arguments);
}

static void test_actions(void)
{
	static const struct {
		const char *word;
		uint32_t action;
	} cases[] = {
		{ "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD },
		{ "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD },
		{ "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
		{ "SCMP_ACT_TRAP", SECCOMP_RET_TRAP },
		{ "SCMP_ACT_ERRNO", EPERM_ACTION },
		{ "SCMP_ACT_TRACE", SECCOMP_RET_TRACE | EPERM },
		{ "SCMP_ACT_LOG", SECCOMP_RET_LOG },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		profile_begin("SCMP_ACT_ALLOW");
		rule("mkdir", cases[i].word);
		compile();
		EXPECT(native(SYS_mkdir) == cases[i].action);
		EXPECT(native(SYS_rmdir) == SECCOMP_RET_ALLOW);
		EXPECT(native(BEYOND) == SECCOMP_RET_ALLOW);
	}
}

static void test_codes(void)
{
	size_t mark;

	profile_begin("SCMP_ACT_ERRNO");
	field_put_u32(&writer, FIELD_ERRNO, EACCES);
	mark = rule_begin("mkdir", "SCMP_ACT_ERRNO");
	field_put_u32(&writer, FIELD_ERRNO, ENOTTY);
	field_group_end(&writer, mark);
	rule("rmdir", "SCMP_ACT_ERRNO");
	compile();
	EXPECT(native(SYS_mkdir) == (SECCOMP_RET_ERRNO | ENOTTY));
	EXPECT(native(SYS_rmdir) == EPERM_ACTION);
	EXPECT(native(SYS_read) == (SECCOMP_RET_ERRNO | EACCES));
}

static void test_architectures(void)
{
	profile_begin("SCMP_ACT_ERRNO");
	field_put_text(&writer, FIELD_ARCHITECTURE, "SCMP_ARCH_X86_64");
	field_put_text(&writer, FIELD_ARCHITECTURE, "SCMP_ARCH_X86");
	field_put_text(&writer, FIELD_ARCHITECTURE, "SCMP_ARCH_X32");
	rule("read", "SCMP_ACT_ALLOW");
	rule("preadv2", "SCMP_ACT_ALLOW");
	rule("socketcall", "SCMP_ACT_ALLOW"); /* of x86 alone */
	rule("never_heard_of", "SCMP_ACT_ALLOW");
	compile();
	EXPECT(native(0) == SECCOMP_RET_ALLOW);
	EXPECT(native(3) == EPERM_ACTION);
	EXPECT(judge(AUDIT_ARCH_I386, 3, NULL) == SECCOMP_RET_ALLOW);
	EXPECT(judge(AUDIT_ARCH_I386, 102, NULL) == SECCOMP_RET_ALLOW);
	EXPECT(judge(AUDIT_ARCH_I386, 0, NULL) == EPERM_ACTION);
	EXPECT(judge(AUDIT_ARCH_X86_64, X32, NULL) == SECCOMP_RET_ALLOW);
	EXPECT(judge(AUDIT_ARCH_X86_64, X32 + 3, NULL) == EPERM_ACTION);
	EXPECT(judge(AUDIT_ARCH_AARCH64, 0, NULL) == SECCOMP_RET_KILL_THREAD);
}

/* preadv2: 327 of x86_64, 378 of x86, 546 of x32. */
static void test_newer_calls(void)
{
	test_architectures();
	EXPECT(native(326) == EPERM_ACTION);
	EXPECT(native(328) == ENOSYS_ACTION);
	EXPECT(native(BEYOND) == ENOSYS_ACTION);
	EXPECT(judge(AUDIT_ARCH_I386, 377, NULL) == EPERM_ACTION);
	EXPECT(judge(AUDIT_ARCH_I386, 379, NULL) == ENOSYS_ACTION);
	EXPECT(judge(AUDIT_ARCH_X86_64, X32 + 545, NULL) == EPERM_ACTION);
	EXPECT(judge(AUDIT_ARCH_X86_64, X32 + 548, NULL) == ENOSYS_ACTION);
	EXPECT(judge(AUDIT_ARCH_AARCH64, BEYOND, NULL) == SECCOMP_RET_KILL_THREAD);
}

/* Named, though only to say the usual: the profile is not older than it. */
static void test_newest_is_any_named(void)
{
	profile_begin("SCMP_ACT_ERRNO");
	rule("read", "SCMP_ACT_ALLOW");
	rule("openat2", "SCMP_ACT_ERRNO");
	compile();
	EXPECT(native(SYS_openat2) == EPERM_ACTION);
	EXPECT(native(SYS_openat2 + 1) == ENOSYS_ACTION);
}

static void test_operators(void)
{
	static const struct {
		const char *word;
		bool below, same, above;
	} cases[] = {
		{ "SCMP_CMP_NE", true, false, true }, { "SCMP_CMP_LT", true, false, false },
		{ "SCMP_CMP_LE", true, true, false }, { "SCMP_CMP_EQ", false, true, false },
		{ "SCMP_CMP_GE", false, true, true }, { "SCMP_CMP_GT", false, false, true },
	};
	const uint64_t value = 0x500000005;
	size_t mark;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		profile_begin("SCMP_ACT_ERRNO");
		mark = rule_begin("dup", "SCMP_ACT_ALLOW");
		condition(0, cases[i].word, value, 0);
		field_group_end(&writer, mark);
		compile();
		EXPECT((with(SYS_dup, value - 1, 0) == SECCOMP_RET_ALLOW) == cases[i].below);
		EXPECT((with(SYS_dup, value, 0) == SECCOMP_RET_ALLOW) == cases[i].same);
		EXPECT((with(SYS_dup, value + 1, 0) == SECCOMP_RET_ALLOW) == cases[i].above);
		EXPECT((with(SYS_dup, 5, 0) == SECCOMP_RET_ALLOW) == cases[i].below);
	}
	/* As the default profile allows clone(2): without any of the namespace flags. */
	profile_begin("SCMP_ACT_ERRNO");
	mark = rule_begin("clone", "SCMP_ACT_ALLOW");
	condition(0, "SCMP_CMP_MASKED_EQ", 0x7e020000, 0);
	field_group_end(&writer, mark);
	compile();
	EXPECT(with(SYS_clone, SIGCHLD, 0) == SECCOMP_RET_ALLOW);
	EXPECT(with(SYS_clone, SIGCHLD | 0x20000, 0) == EPERM_ACTION);
}

static void test_conditions_of_one_rule(void)
{
	size_t mark;

	profile_begin("SCMP_ACT_ERRNO");
	mark = rule_begin("dup2", "SCMP_ACT_ALLOW");
	condition(0, "SCMP_CMP_EQ", 1, 0);
	condition(1, "SCMP_CMP_EQ", 2, 0);
	field_group_end(&writer, mark);
	compile();
	EXPECT(with(SYS_dup2, 1, 2) == SECCOMP_RET_ALLOW);
	EXPECT(with(SYS_dup2, 1, 3) == EPERM_ACTION);
	EXPECT(with(SYS_dup2, 2, 2) == EPERM_ACTION);
	/* Two on one argument: any of all will do. */
	profile_begin("SCMP_ACT_ERRNO");
	mark = rule_begin("dup2", "SCMP_ACT_ALLOW");
	condition(0, "SCMP_CMP_EQ", 1, 0);
	condition(0, "SCMP_CMP_EQ", 4, 0);
	condition(1, "SCMP_CMP_EQ", 2, 0);
	field_group_end(&writer, mark);
	compile();
	EXPECT(with(SYS_dup2, 1, 9) == SECCOMP_RET_ALLOW);
	EXPECT(with(SYS_dup2, 4, 9) == SECCOMP_RET_ALLOW);
	EXPECT(with(SYS_dup2, 9, 2) == SECCOMP_RET_ALLOW);
	EXPECT(with(SYS_dup2, 9, 9) == EPERM_ACTION);
}

static void test_refusals(void)
{
	size_t mark;

	profile_begin("SCMP_ACT_NOTIFY");
	refused("string SCMP_ACT_NOTIFY is not a valid action for seccomp");
	profile_begin("SCMP_ACT_ALLOW");
	rule("read", "SCMP_ACT_SING");
	refused("string SCMP_ACT_SING is not a valid action for seccomp");
	profile_begin("SCMP_ACT_ALLOW");
	rule("", "SCMP_ACT_KILL");
	refused("empty string is not a valid syscall");
	profile_begin("SCMP_ACT_ALLOW");
	field_put_text(&writer, FIELD_ARCHITECTURE, "SCMP_ARCH_PDP11");
	refused("string SCMP_ARCH_PDP11 is not a valid arch for seccomp");
	profile_begin("SCMP_ACT_ALLOW");
	mark = rule_begin("read", "SCMP_ACT_KILL");
	condition(6, "SCMP_CMP_EQ", 0, 0);
	field_group_end(&writer, mark);
	refused("error creating seccomp syscall condition for syscall read: syscalls only have up "
		"to 6 arguments (6 given)");
	profile_begin("SCMP_ACT_ALLOW");
	mark = rule_begin("read", "SCMP_ACT_KILL");
	condition(0, "SCMP_CMP_ODD", 0, 0);
	field_group_end(&writer, mark);
	refused("string SCMP_CMP_ODD is not a valid operator for seccomp");
	profile_begin("SCMP_ACT_ALLOW");
	writer.length += 3;
	refused("the seccomp profile is malformed");
}

/* Values of its own: equal tails of rules are made once. */
static void long_rule(const char *name, uint64_t own)
{
	size_t mark = rule_begin(name, "SCMP_ACT_KILL");

	for (uint64_t i = 0; i < 64; i++)
		condition(0, "SCMP_CMP_EQ", (own << 40) + (i << 33) + own * 64 + i, 0);
	field_group_end(&writer, mark);
}

static void test_too_long(void)
{
	static const char *const names[] = { "read",   "write",	 "lseek", "mmap",    "brk",
					     "ioctl",  "dup",	 "stat",  "fstat",   "open",
					     "close",  "lstat",	 "poll",  "access",  "pipe",
					     "select", "mremap", "msync", "madvise", "fork" };

	profile_begin("SCMP_ACT_ALLOW");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		long_rule(names[i], i);
		if (i == 0)
			compile();
	}
	field_put_text(&writer, FIELD_ARCHITECTURE, "SCMP_ARCH_X32");
	field_put_text(&writer, FIELD_ARCHITECTURE, "SCMP_ARCH_X86");
	EXPECT(!writer.full);
	refused("the seccomp filter has more than 4096 instructions");
}

static const struct test tests[] = {
	{ "every action", test_actions },
	{ "codes of ERRNO", test_codes },
	{ "each architecture has numbers of its own, others are killed", test_architectures },
	{ "what is newer than the profile does not exist", test_newer_calls },
	{ "a call that gets the usual makes the profile as new as it is",
	  test_newest_is_any_named },
	{ "every operator", test_operators },
	{ "several conditions", test_conditions_of_one_rule },
	{ "refusals in runc's words", test_refusals },
	{ "a program that is too long", test_too_long },
};

int main(void)
{
	return test_run_all("seccomp-compiler", tests, sizeof(tests) / sizeof(tests[0]));
}
