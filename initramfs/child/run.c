/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"
#include "command.h"
#include "hooks.h"
#include "identity.h"
#include "packet.h"
#include "scheduling.h"
#include "seccomp.h"
#include "terminal.h"
#include "texts.h"

/* Of several values of one variable the last counts, as in runc, which passes through setenv(3). */
static void environment_unique(char **environment)
{
	size_t kept = 0;

	for (size_t i = 0; environment[i]; i++) {
		size_t name = strcspn(environment[i], "=") + 1;
		bool again = false;

		for (size_t later = i + 1; environment[later] && !again; later++)
			again = strncmp(environment[i], environment[later], name) == 0;
		if (!again)
			environment[kept++] = environment[i];
	}
	environment[kept] = NULL;
}

/* HOME comes from the container's /etc/passwd if it is missing or empty, as in runc. */
static void environment_home(char **environment, uid_t uid)
{
	static char variable[TEXT_SIZE + 8];
	char home[TEXT_SIZE];
	size_t place = 0;

	while (environment[place] && strncmp(environment[place], "HOME=", 5) != 0)
		place++;
	if (environment[place] && environment[place][5])
		return;
	home_find(uid, home);
	snprintf(variable, sizeof(variable), "HOME=%s", home);
	if (!environment[place])
		environment[place + 1] = NULL;
	environment[place] = variable;
}

static void rlimits_apply(struct payload run)
{
	struct field_reader reader = payload_reader(run);
	struct field field;

	while (payload_next(&reader, FIELD_RLIMIT, &field)) {
		struct payload group = payload_group(&field);
		int kind = (int)payload_u32(group, FIELD_KIND, 0);
		struct rlimit limit = {
			.rlim_cur = payload_u64(group, FIELD_SOFT, RLIM_INFINITY),
			.rlim_max = payload_u64(group, FIELD_HARD, RLIM_INFINITY),
		};

		if (setrlimit(kind, &limit) < 0)
			child_fail(errno,
				   "error setting rlimits for ready process: error setting rlimit "
				   "type %d: %s",
				   kind, child_error(errno));
	}
}

int oom_score_open(const struct inheritance *inheritance)
{
	int fd = openat(inheritance->proc_fd, "self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		child_fail(errno, "oom_score_adj: %s", child_error(errno));
	return fd;
}

static void oom_score_apply(int fd, struct payload run)
{
	char text[16];
	int length =
	    snprintf(text, sizeof(text), "%d", (int)payload_u32(run, FIELD_OOM_SCORE_ADJ, 0));

	if (write(fd, text, (size_t)length) < 0)
		child_fail(errno, "oom_score_adj %s: %s", text, child_error(errno));
}

/* The pipes become 0, 1 and 2, and belong to the user so that /dev/stdout can be opened again. */
static void stdio_apply(const int *stdio, uid_t owner)
{
	for (int i = 0; i < 3; i++) {
		if (fchown(stdio[i], owner, (gid_t)-1) < 0 || dup2(stdio[i], i) < 0)
			child_fail(errno, "run: stdio: %s", child_error(errno));
	}
}

/* Everything from here on happens in the container, as its process. */
static noreturn void run(struct payload payload, const int *stdio, int oom_score, bool is_main)
{
	uid_t uid = payload_u32(payload, FIELD_UID, 0);
	char **arguments = texts_take(payload, FIELD_ARG);
	char **environment = texts_take(payload, FIELD_ENV);
	char path[TEXT_SIZE];

	setsid();
	if (stdio)
		stdio_apply(stdio, uid);
	else
		terminal_open(payload, uid, is_main);
	rlimits_apply(payload);
	oom_score_apply(oom_score, payload);
	child_keep(&child_report_fd, 1);
	scheduling_apply(payload);
	umask(022);
	identity_assume(payload);
	umask((mode_t)payload_u32(payload, FIELD_UMASK, 022));
	environment_unique(environment);
	environment_home(environment, uid);
	command_find(arguments[0], environment, path);
	hooks_run(payload, environment);
	seccomp_apply(payload);
	execve(path, arguments, environment);
	child_fail(errno, "exec %s: %s", path, child_error(errno));
}

void run_main(int socket, int oom_score)
{
	char byte;
	struct packet packet = { .bytes = &byte, .size = 1 };
	struct payload payload;
	struct stat status;
	void *bytes = MAP_FAILED;

	if (packet_receive(socket, &packet, 0) <= 0 || packet.fd_count == 0)
		_exit(EXIT_FAILURE); /* the agent is gone */
	if (fstat(packet.fds[0], &status) == 0)
		bytes =
		    mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, packet.fds[0], 0);
	if (bytes == MAP_FAILED)
		child_fail(errno, "run: arguments: %s", child_error(errno));
	payload = (struct payload){ .bytes = bytes, .length = (size_t)status.st_size };
	run(payload, packet.fd_count == 4 ? packet.fds + 1 : NULL, oom_score, true);
}

void run_exec_child(const struct inheritance *inheritance, struct payload payload, int report,
		    const int *stdio)
{
	int oom_score, keep[] = { report,
				  report,
				  inheritance->pidfd,
				  stdio ? stdio[0] : report,
				  stdio ? stdio[1] : report,
				  stdio ? stdio[2] : report };

	child_begin();
	child_report_fd = report;
	keep[0] = oom_score = oom_score_open(inheritance);
	/* What the container's links in /proc could reach from here on is its own. */
	child_keep(keep, sizeof(keep) / sizeof(keep[0]));
	if (setns(inheritance->pidfd, CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) <
	    0)
		child_fail(errno, "run: enter the container: %s", child_error(errno));
	run(payload, stdio, oom_score, false);
}
