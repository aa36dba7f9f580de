/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup_check.h"
#include "hierarchy.h"

#define VALUE_MAX_BYTES 4096

static int cgroup_write(const char *directory, const char *name, const char *value)
{
	char path[PATH_MAX];
	ssize_t length;
	int fd, reason;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = write(fd, value, strlen(value));
	reason = errno;
	close(fd);
	errno = reason;
	return length < 0 ? -1 : 0;
}

/* A v1 cpuset takes no process before it has processors and memory nodes: give it its parent's. */
static void cpuset_inherit(const char *parent, const char *child)
{
	static const char *const names[] = { "cpuset.cpus", "cpuset.mems" };
	char value[VALUE_MAX_BYTES];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ssize_t length = cgroup_read(child, names[i], value, sizeof(value));

		if (length < 0 || value[0] > '\n')
			continue;
		if (cgroup_read(parent, names[i], value, sizeof(value)) > 0)
			cgroup_write(child, names[i], value);
	}
}

/* Lets children of a v2 cgroup have every controller that it has itself. One that refuses (EBUSY in
 * a cgroup with processes of its own) is left out. */
static void controllers_enable(const char *directory)
{
	char controllers[VALUE_MAX_BYTES], *rest, *name;

	if (cgroup_read(directory, "cgroup.controllers", controllers, sizeof(controllers)) <= 0)
		return;
	for (name = strtok_r(controllers, " \n", &rest); name;
	     name = strtok_r(NULL, " \n", &rest)) {
		char change[64];

		snprintf(change, sizeof(change), "+%s", name);
		cgroup_write(directory, "cgroup.subtree_control", change);
	}
}

enum cgroup_use { USE_PLACE, USE_CONTROLLERS };

struct entrance {
	const char *path;
	enum cgroup_use use;
};

static int hierarchy_enter(const struct hierarchy *hierarchy, void *context,
			   struct failure *failure)
{
	const struct entrance *entrance = context;
	char directory[PATH_MAX], parent[PATH_MAX], pid[16];
	const char *path = entrance->path;
	int step;

	snprintf(directory, sizeof(directory), "%s", hierarchy->mount);
	for (;;) {
		memcpy(parent, directory, sizeof(parent));
		step = cgroup_descend(directory, &path, failure);
		if (step < 0)
			return -1;
		if (step == 0)
			break;
		if (hierarchy->unified && entrance->use == USE_CONTROLLERS)
			controllers_enable(parent);
		if (mkdir(directory, 0755) && errno != EEXIST)
			return failure_errno(failure, errno, "make cgroup %s", directory);
		if (!hierarchy->unified)
			cpuset_inherit(parent, directory);
	}
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (cgroup_write(directory, "cgroup.procs", pid))
		return failure_errno(failure, errno, "enter cgroup %s", directory);
	return 0;
}

static int hierarchies_enter(const char *path, enum cgroup_use use, struct failure *failure)
{
	struct entrance entrance = { path, use };

	if (cgroup_check_thawed(path, failure))
		return -1;
	return hierarchies_visit(hierarchy_enter, &entrance, failure);
}

int cgroup_enter(const char *path, struct failure *failure)
{
	return hierarchies_enter(path, USE_PLACE, failure);
}

int cgroup_enter_controlled(const char *path, struct failure *failure)
{
	return hierarchies_enter(path, USE_CONTROLLERS, failure);
}
