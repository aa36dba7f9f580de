/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "container.h"
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

int cgroup_open(struct container *container, const char *path)
{
	struct stat namespace;

	container->cgroup_fd = -1;
	container->cgroup_parent = -1;
	if (path)
		container->cgroup_parent = cgroup_directory(path);
	for (size_t i = 0; !path && container->cgroup_parent < 0 &&
			   i < sizeof(cgroup_roots) / sizeof(cgroup_roots[0]);
	     i++)
		container->cgroup_parent = cgroup_directory(cgroup_roots[i]);
	if (container->cgroup_parent < 0 || fstat(container->pid_namespace, &namespace) < 0)
		return -1;
	/* No two agents of a machine share a pid namespace. */
	snprintf(container->cgroup_name, sizeof(container->cgroup_name), "container-%lx",
		 (unsigned long)namespace.st_ino);
	return 0;
}

int cgroup_make(struct container *container, struct payload prepare, const char **what)
{
	*what = "cgroup";
	if (mkdirat(container->cgroup_parent, container->cgroup_name, 0755) < 0 && errno != EEXIST)
		return errno;
	container->cgroup_fd = openat(container->cgroup_parent, container->cgroup_name,
				      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (container->cgroup_fd < 0)
		return errno;
	*what = "device rules";
	return device_rules_attach(container->cgroup_fd, prepare);
}

int cgroup_of_first(const struct container *container)
{
	char path[32], text[4096], *below;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%d/cgroup", (int)container->pid);
	fd = openat(container->proc_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	/* "0::/NAME/BELOW"; a machine that has version 1 as well has lines for that. */
	below = strstr(text, container->cgroup_name);
	if (!below) {
		errno = ENOENT;
		return -1;
	}
	below[strcspn(below, "\n")] = '\0';
	below += strlen(container->cgroup_name);
	return openat(container->cgroup_fd, *below == '/' ? below + 1 : ".",
		      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void cgroup_kill(const struct container *container)
{
	int fd;

	if (container->cgroup_fd < 0)
		return;
	fd = openat(container->cgroup_fd, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) < 0)
		log_error("cgroup.kill: %m");
	if (fd >= 0)
		close(fd);
}

void cgroup_remove(struct container *container)
{
	if (container->cgroup_fd >= 0 &&
	    unlinkat(container->cgroup_parent, container->cgroup_name, AT_REMOVEDIR) < 0)
		log_error("cgroup %s: %m", container->cgroup_name);
}
