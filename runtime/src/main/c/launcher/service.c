/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "daemon.h"
#include "paths.h"
#include "process.h"

#define SYSTEMD_RUN "/usr/bin/systemd-run"
#define LEAVE_MS 1000

static bool systemd_is_first(void)
{
	char name[16] = "";
	int fd = open("/proc/1/comm", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, name, sizeof(name) - 1) < 0)
		name[0] = '\0';
	close(fd);
	return strcmp(name, "systemd\n") == 0 && access(SYSTEMD_RUN, X_OK) == 0;
}

/* The service is as daemon_start makes the engine: as many descriptors and threads as containers
 * need, and nobody ends its children with it. */
static _Noreturn void systemd_run_exec(const char *libexec)
{
	static char *environment[] = { ENGINE_PATH, NULL };
	char unit[64], program[PATH_MAX];
	char *arguments[] = { "systemd-run",
			      "--quiet",
			      "--collect",
			      "--wait",
			      "--service-type=exec",
			      unit,
			      "--description=xen-runc's engine",
			      "--property=StandardOutput=append:" ENGINE_LOG,
			      "--property=StandardError=append:" ENGINE_LOG,
			      "--property=LimitNOFILE=524288",
			      "--property=TasksMax=infinity",
			      "--property=IgnoreSIGPIPE=no",
			      "--property=KillMode=process",
			      "/usr/bin/env",
			      "-i",
			      ENGINE_PATH,
			      ENGINE_LANG,
			      program,
			      NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int log = open(ENGINE_LOG, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);

	snprintf(unit, sizeof(unit), "--unit=xen-runc-engine-%d", (int)getppid());
	if ((size_t)snprintf(program, sizeof(program), "%s/engine", libexec) >= sizeof(program) ||
	    null < 0 || log < 0)
		_exit(127);
	if (descriptor_place(null, STDIN_FILENO) || descriptor_place(null, STDOUT_FILENO) ||
	    descriptor_place(log, STDERR_FILENO))
		_exit(127);
	descriptors_close(STDERR_FILENO + 1);
	signals_reset();
	execve(SYSTEMD_RUN, arguments, environment);
	_exit(127);
}

pid_t service_start(const char *libexec)
{
	pid_t child;

	/* systemd appends to the log, but makes no directory for it. */
	if (!systemd_is_first() || (mkdir(LOG_DIRECTORY, 0750) && errno != EEXIST))
		return -1;
	child = fork();
	if (child == 0)
		systemd_run_exec(libexec);
	return child;
}

void service_leave(pid_t child)
{
	kill(child, SIGKILL);
	process_reap(child, clock_ms() + LEAVE_MS);
}
