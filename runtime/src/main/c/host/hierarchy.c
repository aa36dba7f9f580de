/* SPDX-License-Identifier: Apache-2.0 */
#include "hierarchy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define HIERARCHY_MAX 32

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

int hierarchies_visit(hierarchy_visitor *visit, void *context, struct failure *failure)
{
	dev_t seen[HIERARCHY_MAX];
	size_t count = 0, size = 0;
	struct hierarchy hierarchy;
	char *line = NULL;
	FILE *mounts;
	int result = 0;

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
		result = visit(&hierarchy, context, failure);
	}
	free(line);
	fclose(mounts);
	return result;
}

int cgroup_descend(char directory[PATH_MAX], const char **path, struct failure *failure)
{
	size_t length = strlen(directory), part;
	const char *name = *path + strspn(*path, "/");

	part = strcspn(name, "/");
	if (part == 0)
		return 0;
	if (part == 2 && name[0] == '.' && name[1] == '.')
		return failure_set(failure, EINVAL, "cgroup path climbs with ..");
	if (length + 1 + part >= PATH_MAX)
		return failure_set(failure, ENAMETOOLONG, "cgroup path is too long");
	directory[length] = '/';
	memcpy(directory + length + 1, name, part);
	directory[length + 1 + part] = '\0';
	*path = name + part;
	return 1;
}

ssize_t cgroup_read(const char *directory, const char *name, char *value, size_t size)
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
