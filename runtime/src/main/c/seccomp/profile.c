/* SPDX-License-Identifier: Apache-2.0 */
#include "profile.h"

#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "enosys.h"
#include "payload.h"
#include "words.h"

#define WORD_SIZE 128
#define ARGUMENTS_MAX 6
#define CONDITIONS_MAX 64
/* From how many rules on a binary tree pays, in runc's opinion. */
#define TREE_RULES 32
/* The guest's kernel runs the filter, not this one; it knows all actions that are spoken of here
 * (3: LOG and KILL_PROCESS), so nothing of libseccomp's looks at this kernel decides. */
#define GUEST_API 3

struct rule {
	const char *name;
	uint32_t action;
	struct scmp_arg_cmp conditions[CONDITIONS_MAX];
	unsigned int count;
};

/* A word of config-linux.md's. One that is too long is none of them, and empty here. */
static void word_take(struct payload payload, uint16_t tag, char word[WORD_SIZE])
{
	word[0] = '\0';
	payload_text_of(payload, tag, word, WORD_SIZE);
}

/* ACTION and ERRNO of a profile or of a rule; EPERM is runc's usual code. */
static int action_take(struct payload payload, uint32_t *action, struct failure *failure)
{
	uint16_t code = (uint16_t)payload_u32(payload, FIELD_ERRNO, EPERM);
	char word[WORD_SIZE];

	word_take(payload, FIELD_ACTION, word);
	if (!action_word(word, code, action))
		return failure_set(failure, EINVAL, "string %s is not a valid action for seccomp",
				   word);
	return 0;
}

static int condition_take(struct payload group, const char *name, struct scmp_arg_cmp *into,
			  struct failure *failure)
{
	uint32_t index = payload_u32(group, FIELD_INDEX, ARGUMENTS_MAX);
	enum scmp_compare operator;
	char word[WORD_SIZE];

	word_take(group, FIELD_OPERATOR, word);
	if (!operator_word(word, &operator))
		return failure_set(failure, EINVAL, "string %s is not a valid operator for seccomp",
				   word);
	if (index >= ARGUMENTS_MAX)
		return failure_set(failure, EINVAL,
				   "error creating seccomp syscall condition for syscall %s: "
				   "syscalls only have up to %d arguments (%u given)",
				   name, ARGUMENTS_MAX, index);
	*into = (struct scmp_arg_cmp){ .arg = index,
				       .op = operator,
				       .datum_a = payload_u64(group, FIELD_DATUM, 0),
				       .datum_b = payload_u64(group, FIELD_DATUM_TWO, 0) };
	return 0;
}

static int rule_add(scmp_filter_ctx filter, const struct rule *rule, int number,
		    const struct scmp_arg_cmp *conditions, unsigned int count,
		    struct failure *failure)
{
	int status = seccomp_rule_add_array(filter, rule->action, number, count, conditions);

	if (status == 0)
		return 0;
	if (status == -EINVAL)
		return failure_set(failure, EINVAL,
				   "error adding seccomp rule for syscall %s: two checks on same "
				   "syscall argument",
				   rule->name);
	return failure_errno(failure, -status, "error adding seccomp rule for syscall %s",
			     rule->name);
}

/* libseccomp joins a rule's conditions by "and", one an argument at most. Of several on one
 * argument runc makes a rule each, which joins all of them by "or": matchCall. */
static bool conditions_repeat(const struct rule *rule)
{
	bool seen[ARGUMENTS_MAX] = { false };

	for (unsigned int i = 0; i < rule->count; i++) {
		if (seen[rule->conditions[i].arg])
			return true;
		seen[rule->conditions[i].arg] = true;
	}
	return false;
}

/* One system call of a rule; one that this libseccomp does not know is left out, as in runc. */
static int rule_apply(scmp_filter_ctx filter, const struct rule *rule, struct failure *failure)
{
	int number = seccomp_syscall_resolve_name(rule->name);

	if (number == __NR_SCMP_ERROR)
		return 0;
	if (!conditions_repeat(rule))
		return rule_add(filter, rule, number, rule->conditions, rule->count, failure);
	for (unsigned int i = 0; i < rule->count; i++)
		if (rule_add(filter, rule, number, &rule->conditions[i], 1, failure))
			return -1;
	return 0;
}

static int conditions_take(struct payload group, struct rule *rule, struct failure *failure)
{
	struct field_reader reader = payload_reader(group);
	struct field field;

	rule->count = 0;
	while (payload_next(&reader, FIELD_CONDITION, &field)) {
		if (rule->count == CONDITIONS_MAX)
			return failure_set(failure, E2BIG, "more than %d conditions for syscall %s",
					   CONDITIONS_MAX, rule->name);
		if (condition_take(payload_group(&field), rule->name,
				   &rule->conditions[rule->count++], failure))
			return -1;
	}
	return 0;
}

/* A RULE: its NAMEs share action and conditions. */
static int rules_take(scmp_filter_ctx filter, struct payload group, uint32_t usual,
		      struct newest *newest, struct failure *failure)
{
	struct field_reader reader = payload_reader(group);
	char name[WORD_SIZE];
	struct rule rule = { .name = name };
	struct field field;

	if (action_take(group, &rule.action, failure))
		return -1;
	while (payload_next(&reader, FIELD_NAME, &field)) {
		if (!field_text(&field, name, sizeof(name)))
			return failure_set(failure, EINVAL, "a syscall's name is too long");
		if (!name[0])
			return failure_set(failure, EINVAL, "empty string is not a valid syscall");
		newest_name(newest, name);
		/* What would happen anyway is no rule to libseccomp. */
		if (rule.action == usual)
			continue;
		if (conditions_take(group, &rule, failure) || rule_apply(filter, &rule, failure))
			return -1;
	}
	return 0;
}

static int architecture_take(scmp_filter_ctx filter, const struct field *field,
			     struct newest *newest, struct failure *failure)
{
	char word[WORD_SIZE] = "";
	uint32_t token;
	int status;

	field_text(field, word, sizeof(word));
	if (!architecture_word(word, &token))
		return failure_set(failure, EINVAL, "string %s is not a valid arch for seccomp",
				   word);
	status = seccomp_arch_add(filter, token);
	if (status < 0 && status != -EEXIST)
		return failure_errno(failure, -status,
				     "error adding architecture to seccomp filter");
	newest_architecture(newest, token);
	return 0;
}

static unsigned int names_count(struct payload profile)
{
	struct field_reader reader = payload_reader(profile);
	unsigned int count = 0;
	struct field rule, name;

	while (payload_next(&reader, FIELD_RULE, &rule)) {
		struct field_reader names = field_group(&rule);

		while (payload_next(&names, FIELD_NAME, &name))
			count++;
	}
	return count;
}

/* Every architecture must be known before the first rule is added. */
static int filter_fill(scmp_filter_ctx filter, struct payload profile, uint32_t usual,
		       struct newest *newest, struct failure *failure)
{
	struct field_reader architectures = payload_reader(profile), rules = architectures;
	struct field field;

	newest_architecture(newest, seccomp_arch_native());
	while (payload_next(&architectures, FIELD_ARCHITECTURE, &field))
		if (architecture_take(filter, &field, newest, failure))
			return -1;
	if (names_count(profile) > TREE_RULES)
		seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	while (payload_next(&rules, FIELD_RULE, &field))
		if (rules_take(filter, payload_group(&field), usual, newest, failure))
			return -1;
	return 0;
}

/* libseccomp writes to descriptors only. */
static int filter_export(scmp_filter_ctx filter, struct sock_filter program[PROGRAM_MAX],
			 size_t before, struct failure *failure)
{
	int fd = memfd_create("program", MFD_CLOEXEC), status;
	size_t room = (PROGRAM_MAX - before) * sizeof(*program);
	ssize_t length = -1;
	off_t end = -1;

	if (fd < 0)
		return failure_errno(failure, errno, "error exporting BPF");
	status = seccomp_export_bpf(filter, fd);
	if (status == 0) {
		end = lseek(fd, 0, SEEK_END);
		length = pread(fd, program + before, room, 0);
	}
	close(fd);
	if (status)
		return failure_errno(failure, -status, "error exporting BPF");
	if (length < 0 || length != end || length % (ssize_t)sizeof(*program))
		return failure_set(failure, E2BIG,
				   "the seccomp filter has more than %d instructions", PROGRAM_MAX);
	return (int)before + (int)(length / (ssize_t)sizeof(*program));
}

/* What an allowing default lets through needs no ENOSYS: runc's isAllowAction. */
static bool action_allows(uint32_t action)
{
	return action == SCMP_ACT_ALLOW || action == SCMP_ACT_LOG ||
	       (action & SECCOMP_RET_ACTION_FULL) == SCMP_ACT_TRACE(0);
}

int profile_compile(const uint8_t *fields, size_t length, struct sock_filter program[PROGRAM_MAX],
		    struct failure *failure)
{
	struct payload profile = { .bytes = fields, .length = length };
	struct newest newest = { .count = 0 };
	size_t before = 0;
	scmp_filter_ctx filter;
	int result = -1;
	uint32_t usual;

	if (!payload_valid(TO_LAUNCHER, FRAME_COMPILE_SECCOMP, profile))
		return failure_set(failure, EBADMSG, "the seccomp profile is malformed");
	seccomp_api_set(GUEST_API);
	if (action_take(profile, &usual, failure))
		return -1;
	filter = seccomp_init(usual);
	if (!filter)
		return failure_set(failure, ENOMEM, "error creating filter");
	if (filter_fill(filter, profile, usual, &newest, failure) == 0) {
		if (!action_allows(usual))
			before = enosys_stub(&newest, program);
		result = filter_export(filter, program, before, failure);
	}
	seccomp_release(filter);
	return result;
}
