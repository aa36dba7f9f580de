/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "clock.h"
#include "paths.h"
#include "process.h"

#define ENGINE_CGROUP "/xen-runc-engine"
/* From its fork to its execve, mounts and cgroups of a busy host included. */
#define BEGIN_MS 20000

/* What the child tells the launcher: how far it came. A pid after which the connection just ends,
 * by execve, means success. */
struct progress {
	pid_t pid;
	struct failure failure;
};

static void namespace_join(const char *kind)
{
	char host_path[64], own_path[64];
	struct stat host, own;
	int fd;

	snprintf(host_path, sizeof(host_path), "/proc/1/ns/%s", kind);
	snprintf(own_path, sizeof(own_path), "/proc/self/ns/%s", kind);
	if (stat(host_path, &host) || stat(own_path, &own) || host.st_ino == own.st_ino)
		return;
	fd = open(host_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	setns(fd, 0);
	close(fd);
}

/* Opens the log last thing in the host's mount namespace; from here on all output goes there. */
static int output_redirect(struct failure *failure)
{
	int null, log;

	if (mkdir(LOG_DIRECTORY, 0750) && errno != EEXIST)
		return failure_errno(failure, errno, "make %s", LOG_DIRECTORY);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	log = open(ENGINE_LOG, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (null < 0 || log < 0)
		return failure_errno(failure, errno, "open %s", ENGINE_LOG);
	if (descriptor_place(null, STDIN_FILENO) || descriptor_place(log, STDOUT_FILENO) ||
	    descriptor_place(log, STDERR_FILENO))
		return failure_errno(failure, errno, "redirect the engine's output");
	return 0;
}

static void score_reset(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "0", 1) < 0) {
		/* Lowering is refused without CAP_SYS_RESOURCE; the caller's score then stays. */
	}
	close(fd);
}

/* The engine holds a connection to every monitor: as many descriptors as it may have. */
static void limits_reset(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	setpriority(PRIO_PROCESS, 0, 0);
}

static void progress_tell(int fd, const struct progress *progress)
{
	if (send(fd, progress, sizeof(*progress), MSG_NOSIGNAL) < 0)
		_exit(1);
}

/* In the child, never returns. Order matters: cgroups and namespaces are seen through the caller's
 * /proc and /sys; descriptors are closed when all is open that is needed. */
static _Noreturn void engine_exec(const char *program, int tell)
{
	static char *environment[] = { ENGINE_PATH, ENGINE_LANG, NULL };
	static const char *const kinds[] = { "net", "ipc", "uts", "mnt" };
	char *arguments[] = { (char *)program, NULL };
	struct progress progress = { .pid = getpid() };
	struct failure survived;

	progress_tell(tell, &progress);
	/* Without a cgroup of its own it still works; the caller's stop may then end it. */
	cgroup_enter(ENGINE_CGROUP, &survived);
	score_reset();
	limits_reset();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		namespace_join(kinds[i]);
	umask(022);
	if (chdir("/") || output_redirect(&progress.failure))
		goto failed;
	if (tell != 3) {
		if (dup3(tell, 3, O_CLOEXEC) < 0)
			goto failed;
		tell = 3;
	}
	descriptors_close(4);
	signals_reset();
	execve(program, arguments, environment);
	failure_errno(&progress.failure, errno, "run %s", program);
failed:
	progress.pid = 0;
	progress_tell(tell, &progress);
	_exit(127);
}

/* Reads what the child tells until it runs the engine or fails. */
static int progress_follow(int listen, struct failure *failure)
{
	struct pollfd wait = { .fd = listen, .events = POLLIN };
	int64_t deadline = clock_ms() + BEGIN_MS;
	struct progress progress = { .pid = 0 };
	bool is_late;
	ssize_t length;
	int watch = -1;

	do {
		if (poll(&wait, 1, clock_left(deadline)) < 0 && errno == EINTR)
			continue;
		length = recv(listen, &progress, sizeof(progress), MSG_DONTWAIT);
		if (length != (ssize_t)sizeof(progress) || progress.pid == 0)
			break;
		watch = process_watch(progress.pid);
	} while (true);
	is_late = length < 0 && errno == EAGAIN;
	if (length == 0 && watch >= 0)
		return watch;
	if (watch >= 0)
		close(watch);
	if (is_late) {
		if (progress.pid)
			kill(progress.pid, SIGKILL);
		return failure_set(failure, ETIMEDOUT,
				   "start the engine: its process did not begin within %d s",
				   BEGIN_MS / 1000);
	}
	return failure_set(failure, progress.failure.status ? progress.failure.status : ECHILD,
			   "start the engine: %s",
			   progress.failure.text[0] ? progress.failure.text : "its process died");
}

int daemon_start(const char *libexec, struct failure *failure)
{
	char program[PATH_MAX];
	int pair[2], watch;
	pid_t child;

	if ((size_t)snprintf(program, sizeof(program), "%s/engine", libexec) >= sizeof(program))
		return failure_errno(failure, ENAMETOOLONG, "run the engine");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return failure_errno(failure, errno, "start the engine");
	child = fork();
	if (child < 0) {
		close(pair[0]);
		close(pair[1]);
		return failure_errno(failure, errno, "start the engine");
	}
	if (child == 0) {
		/* A session of its own, then one more fork: it can never get a terminal again. */
		setsid();
		child = fork();
		if (child == 0)
			engine_exec(program, pair[1]);
		_exit(child < 0);
	}
	close(pair[1]);
	process_reap(child, clock_ms() + 5000);
	watch = progress_follow(pair[0], failure);
	close(pair[0]);
	return watch;
}
