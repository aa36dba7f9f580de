/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "container.h"

#define ANY UINT32_MAX
#define RULES_MAX 128
#define RULE_INSTRUCTIONS 4
#define PROGRAM_MAX (9 + RULES_MAX * RULE_INSTRUCTIONS + 2)

struct device_rule {
	uint32_t type; /* BPF_DEVCG_DEV_* */
	uint32_t major, minor;
};

/* config-linux.md, "Default Devices", with pseudo-terminals and tun as runc has them. */
static const struct device_rule default_rules[] = {
	{ BPF_DEVCG_DEV_CHAR, 1, 3 },	  /* null */
	{ BPF_DEVCG_DEV_CHAR, 1, 5 },	  /* zero */
	{ BPF_DEVCG_DEV_CHAR, 1, 7 },	  /* full */
	{ BPF_DEVCG_DEV_CHAR, 1, 8 },	  /* random */
	{ BPF_DEVCG_DEV_CHAR, 1, 9 },	  /* urandom */
	{ BPF_DEVCG_DEV_CHAR, 5, 0 },	  /* tty */
	{ BPF_DEVCG_DEV_CHAR, 5, 2 },	  /* ptmx */
	{ BPF_DEVCG_DEV_CHAR, 136, ANY }, /* pts/N */
	{ BPF_DEVCG_DEV_CHAR, 10, 200 },  /* net/tun */
};

/* What no container gets, whatever PREPARE says: the guest's memory, its console, its log. The Xen
 * devices have numbers that the kernel chose, see device_forbidden. */
static const struct device_rule forbidden_rules[] = {
	{ BPF_DEVCG_DEV_CHAR, 1, 1 },	  /* mem */
	{ BPF_DEVCG_DEV_CHAR, 1, 2 },	  /* kmem */
	{ BPF_DEVCG_DEV_CHAR, 1, 4 },	  /* port */
	{ BPF_DEVCG_DEV_CHAR, 1, 11 },	  /* kmsg */
	{ BPF_DEVCG_DEV_CHAR, 5, 1 },	  /* console: the guest's own */
	{ BPF_DEVCG_DEV_CHAR, 229, ANY }, /* hvc */
};

static const char *const forbidden_nodes[] = {
	"/dev/xen/xenbus",  "/dev/xen/evtchn",	  "/dev/xen/gntalloc",	     "/dev/xen/gntdev",
	"/dev/xen/privcmd", "/dev/xen/hypercall", "/dev/xen/xenbus_backend",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct program {
	struct bpf_insn instructions[PROGRAM_MAX];
	size_t length;
};

static void program_add(struct program *program, uint8_t code, uint8_t destination, uint8_t source,
			int16_t offset, int32_t immediate)
{
	program->instructions[program->length++] = (struct bpf_insn){
		.code = code,
		.dst_reg = destination & 0xfu,
		.src_reg = source & 0xfu,
		.off = offset,
		.imm = immediate,
	};
}

/* r2 = type, r3 = access, r4 = major, r5 = minor. mknod alone is allowed to all, as in runc. */
static void program_begin(struct program *program)
{
	const size_t access_type = offsetof(struct bpf_cgroup_dev_ctx, access_type);

	program_add(program, BPF_LDX | BPF_MEM | BPF_W, 2, 1, (int16_t)access_type, 0);
	program_add(program, BPF_ALU | BPF_MOV | BPF_X, 3, 2, 0, 0);
	program_add(program, BPF_ALU | BPF_AND | BPF_K, 2, 0, 0, 0xffff);
	program_add(program, BPF_ALU | BPF_RSH | BPF_K, 3, 0, 0, 16);
	program_add(program, BPF_LDX | BPF_MEM | BPF_W, 4, 1,
		    offsetof(struct bpf_cgroup_dev_ctx, major), 0);
	program_add(program, BPF_LDX | BPF_MEM | BPF_W, 5, 1,
		    offsetof(struct bpf_cgroup_dev_ctx, minor), 0);
	program_add(program, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1);
	program_add(program, BPF_JMP | BPF_JNE | BPF_K, 3, 0, 1, BPF_DEVCG_ACC_MKNOD);
	program_add(program, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void program_allow(struct program *program, const struct device_rule *rule)
{
	int16_t after = rule->minor == ANY ? 3 : 4;

	program_add(program, BPF_JMP | BPF_JNE | BPF_K, 2, 0, (int16_t)(after - 1),
		    (int32_t)rule->type);
	program_add(program, BPF_JMP | BPF_JNE | BPF_K, 4, 0, (int16_t)(after - 2),
		    (int32_t)rule->major);
	if (rule->minor != ANY)
		program_add(program, BPF_JMP | BPF_JNE | BPF_K, 5, 0, 1, (int32_t)rule->minor);
	program_add(program, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void program_end(struct program *program)
{
	program_add(program, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
	program_add(program, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static bool device_forbidden(const struct device_rule *device)
{
	struct stat node;

	for (size_t i = 0; i < COUNT(forbidden_rules); i++) {
		const struct device_rule *rule = &forbidden_rules[i];

		if (rule->type == device->type && rule->major == device->major &&
		    (rule->minor == ANY || rule->minor == device->minor))
			return true;
	}
	for (size_t i = 0; i < COUNT(forbidden_nodes); i++)
		if (device->type == BPF_DEVCG_DEV_CHAR && stat(forbidden_nodes[i], &node) == 0 &&
		    major(node.st_rdev) == device->major && minor(node.st_rdev) == device->minor)
			return true;
	return false;
}

static int program_attach(int cgroup_fd, const struct program *program)
{
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
		.insns = (uintptr_t)program->instructions,
		.insn_cnt = (uint32_t)program->length,
		.license = (uintptr_t) "Apache-2.0",
	};
	union bpf_attr attach = { .target_fd = (uint32_t)cgroup_fd,
				  .attach_type = BPF_CGROUP_DEVICE };
	int status = 0, fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));

	if (fd < 0)
		return errno;
	attach.attach_bpf_fd = (uint32_t)fd;
	if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof(attach)) < 0)
		status = errno;
	close(fd);
	return status;
}

int device_rules_attach(int cgroup_fd, struct payload prepare)
{
	struct program program = { .length = 0 };
	struct field_reader reader = payload_reader(prepare);
	struct field field;
	size_t count = COUNT(default_rules);

	program_begin(&program);
	for (size_t i = 0; i < COUNT(default_rules); i++)
		program_allow(&program, &default_rules[i]);
	while (payload_next(&reader, FIELD_DEVICE, &field)) {
		struct payload group = payload_group(&field);
		uint32_t kind = payload_u32(group, FIELD_KIND, 0) & S_IFMT;
		struct device_rule rule = {
			.type = kind == S_IFBLK ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR,
			.major = payload_u32(group, FIELD_MAJOR, 0),
			.minor = payload_u32(group, FIELD_MINOR, 0),
		};

		if ((kind != S_IFBLK && kind != S_IFCHR) || device_forbidden(&rule))
			continue;
		if (count++ == RULES_MAX)
			return E2BIG;
		program_allow(&program, &rule);
	}
	program_end(&program);
	return program_attach(cgroup_fd, &program);
}
