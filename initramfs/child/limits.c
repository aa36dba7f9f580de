/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "agent.h"
#include "child.h"
#include "log.h"
#include "mount_api.h"
#include "prepare.h"

/* What the kernel, init and agent need of MemTotal: 7.1 MiB when the container begins (the
 * difference of the two figures (d) in docs/performance.md), and some for what the kernel does on
 * its behalf uncharged. A container that may have all but this meets its cgroup's OOM killer before
 * the guest is out of memory. */
#define GUEST_RESERVE (10ull << 20)

/* Controllers that a host may have in its version 1 tree. */
static const char *const controllers[] = { "cpu", "cpuset", "hugetlb", "io", "memory", "pids" };

const char *setting_write(int fd, const char *path, const char *value)
{
	int file = path_open(fd, path, O_WRONLY, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	ssize_t put;
	int saved;

	if (file < 0)
		return "open";
	put = write(file, value, strlen(value));
	saved = errno;
	close(file);
	errno = saved;
	return put < 0 ? "write" : NULL;
}

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

/* A tree that the native tests have borrowed of their host, where version 1 may hold the
 * controller. A guest's own tree has them all (init), or PREPARE fails. */
static bool borrowed_lacks(const struct container *container, const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]); i++)
		if (strlen(controllers[i]) == length && memcmp(controllers[i], name, length) == 0)
			return container->cgroup_borrowed &&
			       !controller_here(container->cgroup_fd, name, length);
	return false;
}

/* The words of runc (libcontainer/cgroups/fs2, setUnified): only a unified resource can name a file
 * that is not there. */
static void limit_missing(const struct container *container, const char *name)
{
	size_t length = strcspn(name, ".");

	if (!name[length])
		child_fail(ENOENT,
			   "unified resource \"%s\" must be in the form CONTROLLER.PARAMETER",
			   name);
	if (strncmp(name, "cgroup.", strlen("cgroup.")) != 0 &&
	    !controller_here(container->cgroup_fd, name, length))
		child_fail(ENOENT,
			   "unified resource \"%s\" can't be set: controller \"%.*s\" not "
			   "available",
			   name, (int)length, name);
	child_fail(ENOENT, "unable to set unified resource \"%s\": %s", name, child_error(ENOENT));
}

static void limit_write(const struct container *container, const char *name, const char *value)
{
	if (!setting_write(container->cgroup_fd, name, value))
		return;
	if (errno != ENOENT)
		child_fail(errno, "cgroup limit %s: %s", name, child_error(errno));
	/* A kernel without swap keeps every limit on it. */
	if (strcmp(name, "memory.swap.max") == 0)
		return;
	if (borrowed_lacks(container, name, strcspn(name, ".")))
		log_info("cgroup limit %s: this tree has no such controller", name);
	else
		limit_missing(container, name);
}

/* What the container may have at most. */
static unsigned long long memory_spare(void)
{
	struct sysinfo info;
	unsigned long long total;

	if (sysinfo(&info) < 0)
		child_fail(errno, "sysinfo: %s", child_error(errno));
	total = (unsigned long long)info.totalram * info.mem_unit;
	return total > 2 * GUEST_RESERVE ? total - GUEST_RESERVE : total / 2;
}

/* No limit, and one beyond what the guest can spare, are what it can spare. */
static void memory_limit(const struct container *container, const char *value)
{
	unsigned long long spare = memory_spare();
	char *end, text[32];

	if (strcmp(value, "max") != 0 && (strtoull(value, &end, 10) <= spare || *end)) {
		limit_write(container, "memory.max", value);
		return;
	}
	snprintf(text, sizeof(text), "%llu", spare);
	limit_write(container, "memory.max", text);
}

static void limit_apply(const struct container *container, struct payload group)
{
	char name[TEXT_SIZE] = "", value[TEXT_SIZE] = "";

	payload_text(group, FIELD_NAME, name);
	payload_text(group, FIELD_VALUE, value);
	if (strcmp(name, "memory.max") == 0)
		memory_limit(container, value);
	else
		limit_write(container, name, value);
}

void limits_begin(const struct agent *agent)
{
	memory_limit(&agent->container, "max");
}

void limits_apply(const struct agent *agent, struct payload request)
{
	struct field_reader reader = payload_reader(request);
	struct field field;

	while (payload_next(&reader, FIELD_CGROUP_LIMIT, &field))
		limit_apply(&agent->container, payload_group(&field));
}
