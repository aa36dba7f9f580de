/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"

#define PASSWD_LINE_MAX 4096
#define PASSWD_LINES_MAX 65536

/* 0 if `path` is a file that this user may execute, else an errno. As Go's exec.LookPath, but asks
 * the kernel for permission: for a file of the host it knows more than the mode says. */
static int executable(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return errno;
	if (S_ISDIR(status.st_mode))
		return EISDIR;
	if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0)
		return errno == EROFS ? EACCES : errno;
	return status.st_mode & 0111 ? 0 : EACCES;
}

static noreturn void command_fail(int status, const char *name, const char *why)
{
	child_fail(status, "exec: \"%s\": %s", name, why);
}

static void command_take(const char *name, char path[TEXT_SIZE])
{
	char why[TEXT_SIZE + 64];
	int status = strlen(name) < TEXT_SIZE ? executable(name) : ENAMETOOLONG;

	if (status == EACCES || status == EISDIR)
		command_fail(status, name, child_error(status));
	if (status) {
		snprintf(why, sizeof(why), "stat %s: %s", name, child_error(status));
		command_fail(status, name, why);
	}
	strcpy(path, name);
}

void command_find(const char *name, char *const *environment, char path[TEXT_SIZE])
{
	const char *search = "";

	if (strchr(name, '/')) {
		command_take(name, path);
		return;
	}
	for (; *environment; environment++)
		if (strncmp(*environment, "PATH=", 5) == 0)
			search = *environment + 5;
	while (*search && *name) {
		size_t length = strcspn(search, ":");
		int written = snprintf(path, TEXT_SIZE, "%.*s%s%s", (int)length, search,
				       length ? "/" : "", name);

		if (written > 0 && written < TEXT_SIZE && executable(path) == 0) {
			if (path[0] == '/')
				return;
			command_fail(EACCES, name,
				     "cannot run executable found relative to current directory");
		}
		search += length + (search[length] == ':');
	}
	command_fail(ENOENT, name, "executable file not found in $PATH");
}

/* The sixth field of the first line whose third is `uid`: passwd(5). */
static int home_of_line(char *line, uid_t uid, char home[TEXT_SIZE])
{
	char *fields[7] = { NULL };
	char *rest = line, *end;

	for (int i = 0; i < 7 && rest; i++)
		fields[i] = strsep(&rest, ":\n");
	if (!fields[5] || !fields[2][0] || strtoul(fields[2], &end, 10) != uid || *end)
		return 0;
	snprintf(home, TEXT_SIZE, "%s", fields[5]);
	return 1;
}

/* The image may have a fifo there, or an endless device: only a regular file is read. */
static FILE *passwd_open(void)
{
	int fd = open("/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat status;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fdopen(fd, "r");
	close(fd);
	return NULL;
}

void home_find(uid_t uid, char home[TEXT_SIZE])
{
	char line[PASSWD_LINE_MAX];
	FILE *passwd = passwd_open();

	strcpy(home, "/");
	for (int lines = 0; passwd && lines < PASSWD_LINES_MAX && fgets(line, sizeof(line), passwd);
	     lines++)
		if (home_of_line(line, uid, home))
			break;
	if (passwd)
		fclose(passwd);
	if (!home[0])
		strcpy(home, "/");
}
