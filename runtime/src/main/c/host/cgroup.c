/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define HIERARCHY_MAX 32
#define VALUE_MAX_BYTES 4096

/* One mounted hierarchy. */
struct hierarchy {
	char mount[PATH_MAX];
	dev_t device;
	bool unified;
};

static ssize_t cgroup_read(const char *directory, const char *name, char *value, size_t size)
{
	char path[PATH_MAX];
	ssize_t length;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = read(fd, value, size - 1);
	close(fd);
	value[length > 0 ? length : 0] = '\0';
	return length;
}

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

static bool path_climbs(const char *path)
{
	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && path[0] == '.' && path[1] == '.')
			return true;
		path += length;
		path += strspn(path, "/");
	}
	return false;
}

enum cgroup_use { USE_PLACE, USE_CONTROLLERS };

static int hierarchy_enter(const struct hierarchy *hierarchy, const char *path, enum cgroup_use use,
			   struct failure *failure)
{
	char directory[PATH_MAX], parent[PATH_MAX], pid[16];
	size_t length = strlen(hierarchy->mount);

	memcpy(directory, hierarchy->mount, length + 1);
	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		size_t part = strcspn(path, "/");

		if (length + 1 + part >= sizeof(directory))
			return failure_set(failure, ENAMETOOLONG, "cgroup path is too long");
		memcpy(parent, directory, length + 1);
		if (hierarchy->unified && use == USE_CONTROLLERS)
			controllers_enable(parent);
		directory[length] = '/';
		memcpy(directory + length + 1, path, part);
		length += 1 + part;
		directory[length] = '\0';
		path += part;
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

/* mountinfo writes space, tab, newline and backslash as a backslash and three octal digits. */
static void octal_decode(char *text)
{
	char *out = text;

	while (*text) {
		if (text[0] == '\\' && text[1] && text[2] && text[3]) {
			*out++ =
			    (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0'));
			text += 4;
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
}

/* True if the line of mountinfo, see proc(5), is a cgroup hierarchy, and not one that another mount
 * hides: its path then leads to another device. */
static bool hierarchy_parse(char *line, struct hierarchy *hierarchy)
{
	char *separator = strstr(line, " - ");
	unsigned int major_number, minor_number;
	struct stat status;

	if (!separator || strncmp(separator + 3, "cgroup", 6) != 0)
		return false;
	hierarchy->unified = separator[9] == '2';
	if (sscanf(line, "%*s %*s %u:%u %*s %4095s", &major_number, &minor_number,
		   hierarchy->mount) != 3)
		return false;
	octal_decode(hierarchy->mount);
	hierarchy->device = makedev(major_number, minor_number);
	return stat(hierarchy->mount, &status) == 0 && status.st_dev == hierarchy->device;
}

static int hierarchies_enter(const char *path, enum cgroup_use use, struct failure *failure)
{
	dev_t seen[HIERARCHY_MAX];
	size_t count = 0, size = 0;
	struct hierarchy hierarchy;
	char *line = NULL;
	FILE *mounts;
	int result = 0;

	if (path_climbs(path))
		return failure_set(failure, EINVAL, "cgroup path \"%s\" climbs with ..", path);
	mounts = fopen("/proc/self/mountinfo", "re");
	if (!mounts)
		return failure_errno(failure, errno, "read mountinfo");
	while (result == 0 && count < HIERARCHY_MAX && getline(&line, &size, mounts) >= 0) {
		bool again = false;

		if (!hierarchy_parse(line, &hierarchy))
			continue;
		for (size_t i = 0; i < count; i++)
			again = again || seen[i] == hierarchy.device;
		if (again)
			continue;
		seen[count++] = hierarchy.device;
		result = hierarchy_enter(&hierarchy, path, use, failure);
	}
	free(line);
	fclose(mounts);
	return result;
}

int cgroup_enter(const char *path, struct failure *failure)
{
	return hierarchies_enter(path, USE_PLACE, failure);
}

int cgroup_enter_controlled(const char *path, struct failure *failure)
{
	return hierarchies_enter(path, USE_CONTROLLERS, failure);
}
