/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "suite.h"

const char *tree_host, *tree_guest;

static const char *path_of(const char *top, const char *name)
{
	static char paths[8][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 8];

	snprintf(path, PATH_MAX, "%s/%s", top, name);
	return path;
}

const char *host(const char *name)
{
	return path_of(tree_host, name);
}

const char *guest(const char *name)
{
	return path_of(tree_guest, name);
}

void file_make(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);

	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	CHECK(!close(fd));
}

bool file_holds(const char *path, const char *text)
{
	char bytes[4096];
	int fd = open(path, O_RDONLY);
	ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));

	if (fd >= 0)
		close(fd);
	return length == (ssize_t)strlen(text) && !memcmp(bytes, text, strlen(text));
}

struct stat file_stat(const char *path)
{
	struct stat status;

	CHECK(!lstat(path, &status));
	return status;
}

bool file_exists(const char *path)
{
	struct stat status;

	return !lstat(path, &status);
}

double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool as_user(uid_t uid, gid_t gid, bool (*act)(void))
{
	int status = 1;
	pid_t child = fork();

	if (!child) {
		if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
			_exit(2);
		if (setjmp(suite_failed))
			_exit(3);
		_exit(!act());
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	return status == 0;
}
