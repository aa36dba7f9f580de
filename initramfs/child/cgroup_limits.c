/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "settings.h"

/* What the kernel, init and agent need of MemTotal: 7.1 MiB when the container begins (the
 * difference of the two figures (d) in docs/performance.md), and some for what the kernel does on
 * its behalf uncharged. A container that may have all but this meets its cgroup's OOM killer before
 * the guest is out of memory. */
#define GUEST_RESERVE (10ull << 20)

/* Controllers that a host may have in its version 1 tree. */
static const char *const controllers[] = { "cpu", "cpuset", "hugetlb", "io", "memory", "pids" };

static bool word_in(const char *list, const char *word, size_t length)
{
	while (*list) {
		size_t next = strcspn(list, " \n");

		if (next == length && memcmp(list, word, length) == 0)
			return true;
		list += next;
		list += strspn(list, " \n");
	}
	return false;
}

/* Whether the container's cgroup has this controller. */
static bool controller_here(int cgroup_fd, const char *name, size_t length)
{
	char list[256] = "";
	int file = openat(cgroup_fd, "cgroup.controllers", O_RDONLY | O_CLOEXEC);

	if (file < 0 || read(file, list, sizeof(list) - 1) < 0)
		list[0] = '\0';
	if (file >= 0)
		close(file);
	return word_in(list, name, length);
}

/* Whether the controller is missing because the tree is that of a native test's host, whose version
 * 1 tree may hold it. A guest's own tree has every controller (init.c), or PREPARE fails. */
static bool borrowed_lacks(const struct inheritance *inheritance, const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]); i++)
		if (strlen(controllers[i]) == length && memcmp(controllers[i], name, length) == 0)
			return !inheritance->owns_machine &&
			       !controller_here(inheritance->cgroup_fd, name, length);
	return false;
}

/* The words of runc (libcontainer/cgroups/fs2, setUnified): only a unified resource can name a file
 * that is not there. */
static void limit_missing(const struct inheritance *inheritance, const char *name)
{
	size_t length = strcspn(name, ".");

	if (!name[length])
		child_fail(ENOENT,
			   "unified resource \"%s\" must be in the form CONTROLLER.PARAMETER",
			   name);
	if (strncmp(name, "cgroup.", strlen("cgroup.")) != 0 &&
	    !controller_here(inheritance->cgroup_fd, name, length))
		child_fail(ENOENT,
			   "unified resource \"%s\" can't be set: controller \"%.*s\" not "
			   "available",
			   name, (int)length, name);
	child_fail(ENOENT, "unable to set unified resource \"%s\": %s", name, child_error(ENOENT));
}

static void limit_write(const struct inheritance *inheritance, const char *name, const char *value)
{
	if (!setting_write(inheritance->cgroup_fd, name, value))
		return;
	if (errno != ENOENT)
		child_fail(errno, "cgroup limit %s: %s", name, child_error(errno));
	/* A kernel without swap meets every limit on it. */
	if (strcmp(name, "memory.swap.max") == 0)
		return;
	if (borrowed_lacks(inheritance, name, strcspn(name, ".")))
		log_info("cgroup limit %s: this tree has no such controller", name);
	else
		limit_missing(inheritance, name);
}

/* How much memory the container may have at most. */
static unsigned long long memory_spare(void)
{
	struct sysinfo info;
	unsigned long long total;

	if (sysinfo(&info) < 0)
		child_fail(errno, "sysinfo: %s", child_error(errno));
	total = (unsigned long long)info.totalram * info.mem_unit;
	return total > 2 * GUEST_RESERVE ? total - GUEST_RESERVE : total / 2;
}

/* A limit beyond what the guest can spare becomes what it can spare, and so does none. */
static void memory_limit(const struct inheritance *inheritance, const char *value)
{
	unsigned long long spare = memory_spare();
	char *end, text[32];

	if (strcmp(value, "max") != 0 && (strtoull(value, &end, 10) <= spare || *end)) {
		limit_write(inheritance, "memory.max", value);
		return;
	}
	snprintf(text, sizeof(text), "%llu", spare);
	limit_write(inheritance, "memory.max", text);
}

static void limit_apply(const struct inheritance *inheritance, struct payload group)
{
	char name[TEXT_SIZE] = "", value[TEXT_SIZE] = "";

	payload_text(group, FIELD_NAME, name);
	payload_text(group, FIELD_VALUE, value);
	if (strcmp(name, "memory.max") == 0)
		memory_limit(inheritance, value);
	else
		limit_write(inheritance, name, value);
}

void cgroup_limits_begin(const struct inheritance *inheritance)
{
	memory_limit(inheritance, "max");
}

void cgroup_limits_apply(const struct inheritance *inheritance, struct payload request)
{
	struct field_reader reader = payload_reader(request);
	struct field field;

	while (payload_next(&reader, FIELD_CGROUP_LIMIT, &field))
		limit_apply(inheritance, payload_group(&field));
}
