/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hierarchy.h"

#define DEPTH_MAX 32

static bool is_frozen(const char *directory)
{
	char value[16];

	/* Version 1: THAWED, FREEZING or FROZEN, whoever above is the reason. */
	if (cgroup_read(directory, "freezer.state", value, sizeof(value)) > 0)
		return strcmp(value, "THAWED\n") != 0;
	return cgroup_read(directory, "cgroup.freeze", value, sizeof(value)) > 0 && value[0] == '1';
}

static int thawed_check(const struct hierarchy *hierarchy, void *context, struct failure *failure)
{
	char directory[PATH_MAX];
	const char *path = context;
	int step;

	snprintf(directory, sizeof(directory), "%s", hierarchy->mount);
	/* A cgroup that is still to be made is as frozen as those above it. */
	while ((step = cgroup_descend(directory, &path, failure)) > 0)
		if (is_frozen(directory))
			return failure_set(failure, EBUSY,
					   "container's cgroup unexpectedly frozen");
	return step;
}

int cgroup_check_thawed(const char *path, struct failure *failure)
{
	return hierarchies_visit(thawed_check, (void *)path, failure);
}

static size_t lines_count(const char *directory, const char *name)
{
	char path[PATH_MAX], bytes[4096];
	size_t lines = 0;
	ssize_t length;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && (length = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < length; i++)
			lines += bytes[i] == '\n';
	if (fd >= 0)
		close(fd);
	return lines;
}

/* Those of a cgroup and of all below it. One that is just being removed has none. */
static size_t processes_count(const char *directory, int depth)
{
	size_t count = lines_count(directory, "cgroup.procs");
	DIR *entries = depth < DEPTH_MAX ? opendir(directory) : NULL;
	struct dirent *entry;
	char below[PATH_MAX];

	while (entries && (entry = readdir(entries))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		if ((size_t)snprintf(below, sizeof(below), "%s/%s", directory, entry->d_name) <
		    sizeof(below))
			count += processes_count(below, depth + 1);
	}
	if (entries)
		closedir(entries);
	return count;
}

struct census {
	const char *path;
	size_t count;
	bool is_final; /* a hierarchy of version 1 has been asked */
};

static int processes_find(const struct hierarchy *hierarchy, void *context, struct failure *failure)
{
	struct census *census = context;
	char directory[PATH_MAX];
	const char *path = census->path;
	int step;

	snprintf(directory, sizeof(directory), "%s", hierarchy->mount);
	/* Of version 1's hierarchies the one of devices speaks for all, as with runc. */
	if (census->is_final ||
	    (!hierarchy->unified && lines_count(directory, "devices.list") == 0))
		return 0;
	census->is_final = !hierarchy->unified;
	while ((step = cgroup_descend(directory, &path, failure)) > 0)
		continue;
	census->count = processes_count(directory, 0);
	return step;
}

int cgroup_check_empty(const char *path, struct failure *failure)
{
	struct census census = { .path = path };

	if (hierarchies_visit(processes_find, &census, failure))
		return -1;
	if (census.count)
		return failure_set(failure, EBUSY,
				   "container's cgroup is not empty: %zu process(es) found",
				   census.count);
	return 0;
}
