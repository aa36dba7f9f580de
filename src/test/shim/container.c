/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

#define ARGUMENTS "\"@ARGS@\""
#define TERMINAL "\"@TERMINAL@\""
#define BOUND "\"@SIZE@\""

void descriptor_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* `text` with every mark replaced, into the file. */
static bool template_write(const char *path, const char *text, const char *const marks[][2])
{
	FILE *file = fopen(path, "we");

	if (!file)
		return false;
	while (*text) {
		const char *put = NULL;

		for (size_t i = 0; marks[i][0] && !put; i++) {
			if (strncmp(text, marks[i][0], strlen(marks[i][0])) == 0) {
				put = marks[i][1];
				text += strlen(marks[i][0]);
			}
		}
		if (put)
			fputs(put, file);
		else
			fputc(*text++, file);
	}
	return fclose(file) == 0;
}

static bool bundle_make(struct container *container, const char *arguments, bool terminal,
			const char *size)
{
	const char *const marks[][2] = { { ARGUMENTS, arguments },
					 { TERMINAL, terminal ? "true" : "false" },
					 { BOUND, size },
					 { NULL, NULL } };
	char path[PATH_MAX + 128];

	if (mkdir(container->bundle, 0755) && access(container->bundle, F_OK))
		return false;
	snprintf(path, sizeof(path), "%s/config.json", container->bundle);
	return template_write(path, shim.base, marks);
}

bool container_bundle(struct container *container, const char *arguments, bool terminal)
{
	return bundle_make(container, arguments, terminal, "null");
}

/* Pipes as the shim makes them: the container's ends in `stdio`, ours in `ours`. */
static bool pipes_make(int stdio[3], int ours[3])
{
	for (int fd = 0; fd < 3; fd++) {
		int pair[2];

		if (pipe2(pair, O_CLOEXEC))
			return false;
		stdio[fd] = pair[fd > 0];
		ours[fd] = pair[fd == 0];
	}
	return true;
}

static void pipes_close(int ends[3])
{
	for (int fd = 0; fd < 3; fd++)
		descriptor_close(&ends[fd]);
}

pid_t pid_file_read(const char *path)
{
	char digits[32];
	size_t length;
	FILE *file = fopen(path, "re");

	if (!file)
		return -1;
	length = fread(digits, 1, sizeof(digits) - 1, file);
	fclose(file);
	digits[length] = '\0';
	if (length == 0 || digits[strspn(digits, "0123456789")] != '\0')
		return -1;
	return atoi(digits);
}

bool container_create(struct container *container, const char *arguments)
{
	char pid_file[PATH_MAX + 128];
	int stdio[3], ours[3], code;

	if (!container_bundle(container, arguments, false) || !pipes_make(stdio, ours))
		return broken("the bundle cannot be made");
	snprintf(pid_file, sizeof(pid_file), "%s/init.pid", container->bundle);
	code = verb_await(
	    verb_start(container, stdio,
		       (const char *const[]){ "create", "--bundle", container->bundle, "--pid-file",
					      pid_file, container->id, NULL }));
	pipes_close(stdio);
	container->in = ours[0];
	container->out = ours[1];
	container->err = ours[2];
	expect(code == 0, "create exits with %d: %s", code, log_last_error(container));
	container->pid = pid_file_read(pid_file);
	expect(container->pid > 0, "the pid file is not digits alone");
	return true;
}

bool container_create_terminal(struct container *container, const char *arguments, const char *size)
{
	char pid_file[PATH_MAX + 128];
	struct console console;
	struct outcome outcome;

	if (!bundle_make(container, arguments, true, size) || !console_listen(&console))
		return broken("the bundle or the console socket cannot be made");
	snprintf(pid_file, sizeof(pid_file), "%s/init.pid", container->bundle);
	outcome = VERB(container, "create", "--bundle", container->bundle, "--pid-file", pid_file,
		       "--console-socket", console.path, container->id);
	if (outcome.code == 0)
		container->master = console_receive(&console);
	console_close(&console);
	expect(outcome.code == 0, "create exits with %d: %s", outcome.code, outcome.output);
	expect(!outcome.held, "create has returned, but its output has no end");
	container->pid = pid_file_read(pid_file);
	expect(container->pid > 0, "the pid file is not digits alone");
	expect(container->master >= 0, "create has returned, but no terminal was sent");
	return true;
}

bool container_start(struct container *container)
{
	struct outcome outcome = VERB(container, "start", container->id);

	expect(outcome.code == 0, "start exits with %d: %s", outcome.code, outcome.output);
	expect(!outcome.held, "start has returned, but its output has no end");
	return true;
}

bool container_run(struct container *container, const char *arguments)
{
	return container_create(container, arguments) && container_start(container);
}

bool container_end(struct container *container)
{
	struct outcome outcome = VERB(container, "delete", "--force", container->id);

	descriptor_close(&container->in);
	descriptor_close(&container->out);
	descriptor_close(&container->err);
	descriptor_close(&container->master);
	return outcome.code == 0 && !outcome.held;
}

static bool exec_call(const struct container *container, struct further *further, const char *file,
		      bool terminal)
{
	char pid_file[PATH_MAX + 128];
	int stdio[3], ours[3] = { -1, -1, -1 }, code;
	struct console console;

	snprintf(pid_file, sizeof(pid_file), "%s/exec.pid", container->bundle);
	unlink(pid_file);
	if (terminal) {
		if (!console_listen(&console))
			return broken("the console socket cannot be made");
		code = VERB(container, "exec", "--process", file, "--console-socket", console.path,
			    "--detach", "--pid-file", pid_file, container->id)
			   .code;
		if (code == 0)
			further->master = console_receive(&console);
		console_close(&console);
	} else {
		if (!pipes_make(stdio, ours))
			return broken("the pipes cannot be made");
		code = verb_await(verb_start(
		    container, stdio,
		    (const char *const[]){ "exec", "--process", file, "--detach", "--pid-file",
					   pid_file, container->id, NULL }));
		pipes_close(stdio);
	}
	further->in = ours[0];
	further->out = ours[1];
	further->err = ours[2];
	expect(code == 0, "exec exits with %d: %s", code, log_last_error(container));
	further->pid = pid_file_read(pid_file);
	expect(further->pid > 0, "the pid file of exec is not digits alone");
	expect(!terminal || further->master >= 0, "exec has returned, but no terminal was sent");
	return true;
}

bool further_exec(const struct container *container, struct further *further, const char *arguments,
		  bool terminal)
{
	const char *const marks[][2] = { { ARGUMENTS, arguments },
					 { TERMINAL, terminal ? "true" : "false" },
					 { BOUND, "null" },
					 { NULL, NULL } };
	char file[] = "/tmp/runc-processXXXXXX";
	int fd = mkstemp(file);
	bool done;

	*further = (struct further){ .pid = -1, .in = -1, .out = -1, .err = -1, .master = -1 };
	if (fd < 0 || close(fd) || !template_write(file, shim.process, marks))
		return broken("the process file cannot be made");
	done = exec_call(container, further, file, terminal);
	/* go-runc removes it as soon as exec has returned. */
	unlink(file);
	return done;
}

void further_close(struct further *further)
{
	descriptor_close(&further->in);
	descriptor_close(&further->out);
	descriptor_close(&further->err);
	descriptor_close(&further->master);
}

const char *container_status(const struct container *container)
{
	static char status[16];
	struct outcome outcome = VERB(container, "state", container->id);
	const char *found = strstr(outcome.output, "\"status\"");

	if (outcome.code || !found || sscanf(found, "\"status\" : \"%15[a-z]", status) != 1)
		status[0] = '\0';
	return status;
}

bool container_is(const struct container *container, const char *status)
{
	for (int i = 0; i < 100; i++) {
		if (strcmp(container_status(container), status) == 0)
			return true;
		pass_time(100);
	}
	return false;
}
