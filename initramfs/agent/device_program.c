/* SPDX-License-Identifier: Apache-2.0 */
#include "device_program.h"

#include <errno.h>
#include <unistd.h>

#include "bpf.h"

/* Registers: what the access is. */
enum { RESULT, CONTEXT, TYPE, ACCESS, MAJOR, MINOR, SCRATCH };

static void add(struct device_program *program, uint8_t code, uint8_t destination, uint8_t source,
		int16_t offset, uint32_t immediate)
{
	program->instructions[program->length++] =
	    bpf_instruction(code, destination, source, offset, immediate);
}

static void add_load(struct device_program *program, uint8_t destination, size_t offset)
{
	add(program, BPF_LDX | BPF_MEM | BPF_W, destination, CONTEXT, (int16_t)offset, 0);
}

static void add_return(struct device_program *program, bool allowed)
{
	add(program, BPF_ALU64 | BPF_MOV | BPF_K, RESULT, 0, 0, allowed);
	add(program, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* Allows mknod alone to all, as runc does: a node gives nothing until it is opened. */
void device_program_begin(struct device_program *program)
{
	program->length = program->rules = 0;
	add_load(program, TYPE, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	add(program, BPF_ALU | BPF_MOV | BPF_X, ACCESS, TYPE, 0, 0);
	add(program, BPF_ALU | BPF_AND | BPF_K, TYPE, 0, 0, 0xffff);
	add(program, BPF_ALU | BPF_RSH | BPF_K, ACCESS, 0, 0, 16);
	add_load(program, MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
	add_load(program, MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
	add(program, BPF_JMP | BPF_JNE | BPF_K, ACCESS, 0, 2, BPF_DEVCG_ACC_MKNOD);
	add_return(program, true);
}

static bool add_rule(struct device_program *program, const struct device_rule *rule, bool allowed)
{
	size_t begin = program->length;

	if (program->rules++ == DEVICE_RULES_MAX)
		return false;
	add(program, BPF_JMP32 | BPF_JNE | BPF_K, TYPE, 0, 0, rule->type);
	if (rule->major != DEVICE_ANY)
		add(program, BPF_JMP32 | BPF_JNE | BPF_K, MAJOR, 0, 0, rule->major);
	if (rule->minor != DEVICE_ANY)
		add(program, BPF_JMP32 | BPF_JNE | BPF_K, MINOR, 0, 0, rule->minor);
	add(program, BPF_ALU | BPF_MOV | BPF_X, SCRATCH, ACCESS, 0, 0);
	add(program, BPF_ALU | BPF_AND | BPF_K, SCRATCH, 0, 0,
	    allowed ? ~rule->access : rule->access);
	add(program, (uint8_t)(BPF_JMP32 | (allowed ? BPF_JNE : BPF_JEQ) | BPF_K), SCRATCH, 0, 0,
	    0);
	add_return(program, allowed);
	/* An access that does not fit jumps behind the rule. */
	for (size_t i = begin; i < program->length; i++)
		if (BPF_CLASS(program->instructions[i].code) == BPF_JMP32)
			program->instructions[i].off = (int16_t)(program->length - i - 1);
	return true;
}

bool device_program_allow(struct device_program *program, const struct device_rule *rule)
{
	return add_rule(program, rule, true);
}

bool device_program_refuse(struct device_program *program, const struct device_rule *rule)
{
	return add_rule(program, rule, false);
}

void device_program_end(struct device_program *program, bool allowed)
{
	add_return(program, allowed);
}

int device_program_attach(const struct device_program *program, int cgroup_fd)
{
	int fd = bpf_attach(BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE, program->instructions,
			    program->length, cgroup_fd);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}
