/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "credentials.h"
#include "export.h"
#include "handle.h"
#include "link.h"
#include "mount_api.h"
#include "node.h"
#include "prepare.h"

static void die(const char *what)
{
	char text[256];
	int error = errno;

	snprintf(text, sizeof(text), "file server: %s: %s", what, strerror(error));
	prepare_fail(error, text);
}

/* Keeps only the socket and the log; the server has no use for the container's own streams. */
static void inherited_close(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		die("/dev/null");
	if (syscall(SYS_close_range, LINK_FD + 1, ~0U, 0))
		die("close what was inherited");
}

void sandbox_fork(void)
{
	pid_t child;
	int status;

	inherited_close();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		die("ask to die with the monitor");
	if (unshare(CLONE_NEWPID))
		die("leave the pid namespace");
	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		/* The parent may have died before this line. getppid() cannot tell: the parent is
		 * outside the new pid namespace, so it says 0 in any case. But then the monitor is
		 * gone too, and reading fd 3 ends this process. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL))
			die("ask to die with the parent");
		return;
	}
	if (chdir("/"))
		die("chdir");
	close(LINK_FD);
	dup2(STDIN_FILENO, STDERR_FILENO);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* Mounts an empty file system over the root, enters it, and returns its descriptor. Path lookups do
 * not see it yet. */
static int root_make(void)
{
	int place = open("/", O_PATH | O_CLOEXEC);
	int root = mount_make(&(struct mount_request){ .type = "tmpfs" });

	if (place < 0 || root < 0 || mount_attach(root, place) || fchdir(root))
		return -1;
	close(place);
	return root;
}

static bool export_attach(const struct export *export)
{
	char path[32];
	int fd;
	bool attached;

	snprintf(path, sizeof(path), "exports/%u", export->number);
	if (S_ISDIR(export->mode) ? mkdir(path, 0700) : mknod(path, S_IFREG | 0600, 0))
		return false;
	fd = open(path, O_PATH | O_CLOEXEC);
	attached = fd >= 0 && !mount_attach(export->mount_fd, fd);
	close(fd);
	return attached;
}

/* Finds which exports have no writable mount. A line of mountinfo is "ID PARENT DEVICE ROOT POINT
 * OPTIONS …", see proc_pid_mountinfo(5). */
static bool exports_inspect(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	bool whole;

	if (!file)
		return false;
	for (unsigned int i = 0; i < EXPORT_MAX; i++)
		if (exports[i])
			exports[i]->readonly = true;
	while (getline(&line, &size, file) > 0) {
		unsigned int number;
		char first[3];

		if (sscanf(line, "%*s %*s %*s %*s /exports/%u%*[^ ] %2s", &number, first) == 2 ||
		    sscanf(line, "%*s %*s %*s %*s /exports/%u %2s", &number, first) == 2)
			if (number < EXPORT_MAX && exports[number] && strcmp(first, "rw") == 0)
				exports[number]->readonly = false;
	}
	whole = !ferror(file);
	free(line);
	fclose(file);
	return whole;
}

static const char *tree_make(void)
{
	int root;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return "make all mounts private";
	root = root_make();
	if (root < 0)
		return "mount an empty root";
	if (mkdir("exports", 0700) || mkdir("proc", 0700))
		return "make the root's directories";
	/* Shows the one process of this namespace, and nothing of the kernel. */
	if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid"))
		return "mount proc";
	for (unsigned int i = 0; i < EXPORT_MAX; i++) {
		if (exports[i] && !export_attach(exports[i]))
			return "attach an export";
	}
	if (syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH))
		return "change the root";
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL))
		return "make the root read-only";
	close(root);
	if (!exports_inspect())
		return "read its mounts";
	return chdir("/proc/self/fd") ? "enter /proc/self/fd" : NULL;
}

/* Allows as many descriptors as the server can need, or as the process may have. */
static bool files_limit(void)
{
	rlim_t wanted = NODE_FDS_MAX + HANDLES_MAX + EXPORT_MAX + 1024;
	struct rlimit files = { wanted, wanted };

	if (setrlimit(RLIMIT_NOFILE, &files)) {
		if (getrlimit(RLIMIT_NOFILE, &files))
			return false;
		files.rlim_cur = files.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &files))
			return false;
	}
	node_fds_limit((unsigned int)(files.rlim_cur < wanted ? files.rlim_cur / 2 : NODE_FDS_MAX));
	return true;
}

static bool limits_set(void)
{
	struct rlimit none = { 0, 0 };

	/* A core would hold the guest's data. */
	return !setrlimit(RLIMIT_CORE, &none) && files_limit();
}

int sandbox_enter(const char **what)
{
	*what = "set limits";
	if (!limits_set())
		return errno;
	*what = "leave the namespaces";
	if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS))
		return errno;
	*what = tree_make();
	if (*what)
		return errno;
	*what = "drop capabilities";
	return credentials_drop();
}
