/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "device_rules.h"
#include "log.h"

/* Where cgroup2 is: in the guest, and on a host that has version 1 as well. */
static const char *const cgroup_roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

static int cgroup_directory(const char *path)
{
	struct statfs file_system;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && fstatfs(fd, &file_system) == 0 && file_system.f_type == CGROUP2_SUPER_MAGIC)
		return fd;
	if (fd >= 0) {
		close(fd);
		errno = ENOTSUP;
	}
	return -1;
}

int cgroup_open(struct cgroup *cgroup, const char *path, int pid_namespace)
{
	struct stat namespace;

	cgroup->fd = -1;
	cgroup->parent = -1;
	if (path)
		cgroup->parent = cgroup_directory(path);
	for (size_t i = 0;
	     !path && cgroup->parent < 0 && i < sizeof(cgroup_roots) / sizeof(cgroup_roots[0]); i++)
		cgroup->parent = cgroup_directory(cgroup_roots[i]);
	if (cgroup->parent < 0 || fstat(pid_namespace, &namespace) < 0)
		return -1;
	snprintf(cgroup->name, sizeof(cgroup->name), "container-%lx",
		 (unsigned long)namespace.st_ino);
	return 0;
}

int cgroup_make(struct cgroup *cgroup, struct payload prepare, const char **what)
{
	*what = "cgroup";
	if (mkdirat(cgroup->parent, cgroup->name, 0755) < 0 && errno != EEXIST)
		return errno;
	cgroup->fd = openat(cgroup->parent, cgroup->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cgroup->fd < 0)
		return errno;
	*what = "device rules";
	return device_rules_attach(cgroup->fd, prepare);
}

int cgroup_of_main(const struct cgroup *cgroup, int proc_fd, pid_t pid)
{
	char path[32], text[4096], *below;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%d/cgroup", (int)pid);
	fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	/* "0::/NAME/BELOW"; a machine that has version 1 as well has lines for that. */
	below = strstr(text, cgroup->name);
	if (!below) {
		errno = ENOENT;
		return -1;
	}
	below[strcspn(below, "\n")] = '\0';
	below += strlen(cgroup->name);
	return openat(cgroup->fd, *below == '/' ? below + 1 : ".",
		      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void cgroup_kill(const struct cgroup *cgroup)
{
	int fd;

	if (cgroup->fd < 0)
		return;
	fd = openat(cgroup->fd, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) < 0)
		log_error("cgroup.kill: %m");
	if (fd >= 0)
		close(fd);
}

void cgroup_remove(const struct cgroup *cgroup)
{
	if (cgroup->fd >= 0 && unlinkat(cgroup->parent, cgroup->name, AT_REMOVEDIR) < 0)
		log_error("cgroup %s: %m", cgroup->name);
}
