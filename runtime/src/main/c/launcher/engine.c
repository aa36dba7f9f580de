/* SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "daemon.h"
#include "engine_log.h"
#include "paths.h"
#include "process.h"
#include "report.h"
#include "service.h"

/* Between two looks at a socket that does not accept yet. */
#define RETRY_MS 20

/* The folder of all our sockets: whoever else could write there could play the engine. */
static int run_directory_check(struct failure *failure)
{
	struct stat status;

	if (mkdir(RUN_DIRECTORY, 0700) && errno != EEXIST)
		return failure_errno(failure, errno, "make %s", RUN_DIRECTORY);
	if (lstat(RUN_DIRECTORY, &status))
		return failure_errno(failure, errno, "look at %s", RUN_DIRECTORY);
	if (!S_ISDIR(status.st_mode) || status.st_uid != 0 || (status.st_mode & 077))
		return failure_set(failure, EPERM,
				   "%s must be a folder of root with mode 0700, refusing to use it",
				   RUN_DIRECTORY);
	return 0;
}

static bool peer_is_root(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == 0;
}

int engine_pid(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) ? -1 : peer.pid;
}

/* A connected socket, or -1 with errno. */
static int socket_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = ENGINE_SOCKET };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int reason;

	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
		if (peer_is_root(fd))
			return fd;
		errno = EPERM;
	}
	reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

/* True if the socket says that no engine listens there. */
static bool nobody_listens(int reason)
{
	return reason == ENOENT || reason == ECONNREFUSED;
}

/*
 * Waits for the engine just started to accept. `watch` is its pidfd. What it wrote last to its log,
 * which was `since` bytes long before, is the best explanation of a failure.
 */
static int engine_await(int watch, off_t since, int64_t deadline, struct failure *failure)
{
	struct pollfd wait = { .fd = watch, .events = POLLIN };
	char words[600];

	while (clock_left(deadline) > 0) {
		int fd = socket_connect();

		if (fd >= 0)
			return fd;
		if (!nobody_listens(errno) && errno != EAGAIN)
			return failure_errno(failure, errno, "connect to the engine");
		if (poll(&wait, 1, RETRY_MS) > 0) {
			engine_log_cause(since, words, sizeof(words));
			return failure_set(failure, ECHILD, "start the engine: it ended at once%s",
					   words);
		}
	}
	engine_log_cause(since, words, sizeof(words));
	return failure_set(failure, ETIMEDOUT, "start the engine: it does not answer within %d s%s",
			   ENGINE_START_MS / 1000, words);
}

/* Called with the lock held: nobody else starts an engine meanwhile. */
static int engine_start(const char *libexec, int64_t deadline, struct failure *failure)
{
	off_t since = engine_log_length();
	int fd, watch;

	report_debug("start the engine %s/engine", libexec);
	watch = daemon_start(libexec, failure);

	if (watch < 0)
		return -1;
	fd = engine_await(watch, since, deadline, failure);
	close(watch);
	return fd;
}

/* The same by systemd. -1 with failure ECHILD if that did not do it. */
static int engine_start_service(const char *libexec, int64_t deadline, struct failure *failure)
{
	off_t since = engine_log_length();
	pid_t child = service_start(libexec);
	int fd = -1, watch;

	report_debug("start the engine %s/engine by systemd%s", libexec,
		     child < 0 ? ": it is not the first process here" : "");
	if (child < 0)
		return failure_set(failure, ECHILD, "start the engine by systemd");
	watch = process_watch(child);
	if (watch >= 0)
		fd = engine_await(watch, since, deadline, failure);
	else
		failure_errno(failure, errno, "start the engine by systemd");
	close(watch);
	service_leave(child);
	return fd;
}

int engine_connect(const char *libexec, bool outdated, int64_t deadline, struct failure *failure)
{
	int fd, lock, reason;

	if (run_directory_check(failure))
		return -1;
	fd = outdated ? -1 : socket_connect();
	if (fd >= 0)
		return fd;
	if (!outdated && !nobody_listens(errno) && errno != EAGAIN)
		return failure_errno(failure, errno, "connect to the engine");
	lock = open(ENGINE_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock < 0)
		return failure_errno(failure, errno, "open %s", ENGINE_LOCK);
	for (;;) {
		bool locked = flock(lock, LOCK_EX | LOCK_NB) == 0;

		/* Another launcher may have started it before we had the lock. */
		fd = socket_connect();
		reason = errno;
		if (fd >= 0)
			break;
		if (locked && nobody_listens(reason)) {
			fd = engine_start_service(libexec, deadline, failure);
			if (fd < 0 && failure->status == ECHILD)
				fd = engine_start(libexec, deadline, failure);
			break;
		}
		if (locked)
			flock(lock, LOCK_UN);
		if (clock_left(deadline) == 0) {
			failure_errno(failure, ETIMEDOUT, "wait for the engine");
			break;
		}
		poll(NULL, 0, RETRY_MS);
	}
	close(lock);
	return fd;
}
