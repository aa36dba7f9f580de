/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "verb.h"

#define COMPILE_MS 20000
#define PROGRAM_BYTES_MAX 32768 /* 4096 instructions */

/* The compiler's stdin, stdout and stderr: files in memory, so that nobody has to pump. */
struct files {
	int fds[3];
};

static void files_close(struct files *files)
{
	for (int i = 0; i < 3; i++)
		if (files->fds[i] >= 0)
			close(files->fds[i]);
}

static int files_open(struct files *files, struct payload payload)
{
	bool good = true;

	for (int i = 0; i < 3; i++) {
		files->fds[i] = memfd_create("seccomp", MFD_CLOEXEC);
		good = good && files->fds[i] >= 0;
	}
	if (good &&
	    write(files->fds[0], payload.bytes, payload.length) == (ssize_t)payload.length &&
	    lseek(files->fds[0], 0, SEEK_SET) == 0)
		return 0;
	files_close(files);
	return -1;
}

static _Noreturn void compiler_exec(const struct files *files, const char *libexec)
{
	static char *environment[] = { NULL };
	char path[PATH_MAX], name[] = "seccomp";
	char *arguments[] = { name, NULL };
	int moved[3];

	snprintf(path, sizeof(path), "%s/seccomp", libexec);
	/* Out of the way of 0, 1 and 2 first: the caller may have given none of these. */
	for (int i = 0; i < 3; i++)
		moved[i] = fcntl(files->fds[i], F_DUPFD_CLOEXEC, 10);
	for (int i = 0; i < 3; i++)
		if (moved[i] < 0 || descriptor_place(moved[i], i))
			_exit(126);
	descriptors_close(STDERR_FILENO + 1);
	signals_reset();
	execve(path, arguments, environment);
	dprintf(STDERR_FILENO, "run %s: %s", path, strerror(errno));
	_exit(127);
}

/* What it said, or without a word how it ended. */
static int compiler_failed(const struct files *files, int status, struct failure *failure)
{
	char text[512], end[64];
	ssize_t length = pread(files->fds[2], text, sizeof(text) - 1, 0);

	text[length > 0 ? length : 0] = '\0';
	words_clean(text);
	if (text[0])
		return failure_set(failure, EINVAL, "%s", text);
	return failure_set(failure, EINVAL, "the seccomp compiler %s",
			   process_end(status, end, sizeof(end)));
}

static int program_take(const struct files *files, struct field_writer *reply,
			struct failure *failure)
{
	uint8_t program[PROGRAM_BYTES_MAX];
	ssize_t length = pread(files->fds[1], program, sizeof(program), 0);

	if (length <= 0 || lseek(files->fds[1], 0, SEEK_END) != length)
		return failure_set(failure, EMSGSIZE, "the seccomp program is empty or too long");
	field_put(reply, FIELD_BYTES, program, (size_t)length);
	return 0;
}

/* Waits for it and takes what it made. */
static int compiler_finish(const struct files *files, pid_t child, struct field_writer *reply,
			   struct failure *failure)
{
	int status;

	if (!process_await(child, clock_ms() + COMPILE_MS)) {
		process_reap(child, clock_ms());
		return failure_set(failure, ETIMEDOUT,
				   "the seccomp compiler did not end within %d s",
				   COMPILE_MS / 1000);
	}
	status = process_reap(child, INT64_MAX);
	if (process_code(status))
		return compiler_failed(files, status, failure);
	return program_take(files, reply, failure);
}

int order_compile_seccomp(struct verb_run *run, struct payload payload, struct failure *failure)
{
	struct files files;
	int result;
	pid_t child;

	if (files_open(&files, payload))
		return failure_errno(failure, errno, "hand over the seccomp profile");
	child = fork();
	if (child == 0)
		compiler_exec(&files, run->libexec);
	if (child < 0)
		result = failure_errno(failure, errno, "run the seccomp compiler");
	else
		result = compiler_finish(&files, child, &run->reply, failure);
	files_close(&files);
	return result;
}
