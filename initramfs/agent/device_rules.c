/* SPDX-License-Identifier: Apache-2.0 */
#include "device_rules.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "device_program.h"

#define CHAR(number, minor_number)                                                                 \
	{                                                                                          \
		BPF_DEVCG_DEV_CHAR, number, minor_number, DEVICE_ALL_ACCESS                        \
	}

/* What no container gets, whatever PREPARE says: the guest's memory, its console, its log. */
static const struct device_rule forbidden_rules[] = {
	CHAR(1, 1),	       /* mem */
	CHAR(1, 2),	       /* kmem */
	CHAR(1, 4),	       /* port */
	CHAR(1, 11),	       /* kmsg */
	CHAR(5, 1),	       /* console: the guest's own */
	CHAR(229, DEVICE_ANY), /* hvc */
};

/* Devices of Xen, forbidden too; the kernel chose their numbers. */
static const char *const forbidden_nodes[] = {
	"/dev/xen/xenbus",  "/dev/xen/evtchn",	  "/dev/xen/gntalloc",	     "/dev/xen/gntdev",
	"/dev/xen/privcmd", "/dev/xen/hypercall", "/dev/xen/xenbus_backend",
};

/* config-linux.md, "Default Devices", with pseudo-terminals and tun. runc puts them behind
 * config.json's rules, so that these cannot take them away: specconv, AllowedDevices. */
static const struct device_rule default_rules[] = {
	CHAR(1, 3),	       /* null */
	CHAR(1, 5),	       /* zero */
	CHAR(1, 7),	       /* full */
	CHAR(1, 8),	       /* random */
	CHAR(1, 9),	       /* urandom */
	CHAR(5, 0),	       /* tty */
	CHAR(5, 2),	       /* ptmx */
	CHAR(136, DEVICE_ANY), /* pts/N */
	CHAR(10, 200),	       /* net/tun */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void forbid(struct device_program *program)
{
	for (size_t i = 0; i < COUNT(forbidden_rules); i++)
		device_program_refuse(program, &forbidden_rules[i]);
	for (size_t i = 0; i < COUNT(forbidden_nodes); i++) {
		struct stat node;

		if (stat(forbidden_nodes[i], &node) < 0)
			continue;
		device_program_refuse(
		    program, &(struct device_rule)CHAR(major(node.st_rdev), minor(node.st_rdev)));
	}
}

int device_rules_guard(int cgroup_fd)
{
	static struct device_program program;

	device_program_begin(&program);
	forbid(&program);
	device_program_end(&program, true);
	return device_program_attach(&program, cgroup_fd);
}

/* A DEVICE_RULE: an exception to what DEVICES_ALLOWED says of all others. */
static bool exception_add(struct device_program *program, struct payload group, bool allowed)
{
	struct device_rule rule = {
		.type = (payload_u32(group, FIELD_KIND, 0) & S_IFMT) == S_IFBLK
			    ? BPF_DEVCG_DEV_BLOCK
			    : BPF_DEVCG_DEV_CHAR,
		.major = payload_u32(group, FIELD_MAJOR, DEVICE_ANY),
		.minor = payload_u32(group, FIELD_MINOR, DEVICE_ANY),
		.access = payload_u32(group, FIELD_ACCESS, 0) & DEVICE_ALL_ACCESS,
	};

	return allowed ? device_program_refuse(program, &rule)
		       : device_program_allow(program, &rule);
}

int device_rules_attach(int cgroup_fd, struct payload prepare)
{
	static struct device_program program;
	struct field_reader reader = payload_reader(prepare);
	bool allowed = payload_u32(prepare, FIELD_DEVICES_ALLOWED, 0);
	struct field field;

	device_program_begin(&program);
	forbid(&program);
	for (size_t i = 0; i < COUNT(default_rules); i++)
		device_program_allow(&program, &default_rules[i]);
	while (payload_next(&reader, FIELD_DEVICE_RULE, &field))
		if (!exception_add(&program, payload_group(&field), allowed))
			return E2BIG;
	device_program_end(&program, allowed);
	return device_program_attach(&program, cgroup_fd);
}
