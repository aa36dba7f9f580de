/* SPDX-License-Identifier: Apache-2.0 */
#include "setup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cgroup.h"
#include "cgroup_check.h"
#include "clock.h"
#include "descriptor.h"
#include "files.h"
#include "netns.h"
#include "netwatch.h"
#include "privilege.h"
#include "process.h"
#include "process_table.h"
#include "resolver.h"
#include "scope.h"
#include "server.h"
#include "sessions.h"
#include "signals.h"
#include "streams.h"
#include "timekeeping.h"

/* At most 15 bytes are kept. */
#define PROCESS_NAME "xenrunc-monitor"
#define DESCRIPTORS (4 * PROCESS_MAX + DNS_QUERIES_MAX + 256)

static int cgroup_join(const char *libexec, const struct spawn *spawn, struct failure *failure)
{
	if (spawn->scope_unit[0])
		return scope_enter(libexec, spawn->scope_unit, spawn->scope_slice, failure);
	if (!spawn->cgroup[0])
		return 0;
	if (cgroup_check_empty(spawn->cgroup, failure))
		return -1;
	return cgroup_enter_controlled(spawn->cgroup, failure);
}

static int score_set(const struct spawn *spawn, struct failure *failure)
{
	char value[16];
	int fd, length, reason = 0;

	if (!spawn->has_oom_score_adj)
		return 0;
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return failure_errno(failure, errno, "set oom_score_adj");
	length = snprintf(value, sizeof(value), "%d", spawn->oom_score_adj);
	if (write(fd, value, (size_t)length) < 0)
		reason = errno;
	close(fd);
	return reason ? failure_errno(failure, reason, "set oom_score_adj to %s", value) : 0;
}

/* The folder of the socket `path`. */
static void directory_of(const char *path, char directory[108])
{
	char *slash;

	snprintf(directory, 108, "%s", path);
	slash = strrchr(directory, '/');
	if (slash && slash != directory)
		*slash = '\0';
}

/* What CONNECT needs. Without Xen, in native tests, agents listen in the folder of our own socket.
 */
static void xen_open(struct monitor *monitor, const char *socket_path)
{
	char directory[108];

	monitor->agents = -1;
	monitor->gntdev = open("/dev/xen/gntdev", O_RDWR | O_CLOEXEC);
	monitor->evtchn = open("/dev/xen/evtchn", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (monitor->gntdev >= 0)
		return;
	directory_of(socket_path, directory);
	monitor->agents = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int socket_listen(struct monitor *monitor, const char *path, struct failure *failure)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char directory[sizeof(address.sun_path)];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t mask;
	int result;

	if (fd < 0)
		return failure_errno(failure, errno, "make a socket");
	directory_of(path, directory);
	mkdir(directory, 0700);
	memcpy(address.sun_path, path, strlen(path) + 1);
	/* Names are one container's; what lies there is of a monitor that was killed. */
	unlink(path);
	mask = umask(0177);
	result = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (result || listen(fd, 4)) {
		failure_errno(failure, errno, "listen at %s", path);
		close(fd);
		return -1;
	}
	monitor->listener.fd = fd;
	return 0;
}

/* Every process by exec has four descriptors here, every query one; the usual limit is 1024. */
static void descriptors_allow(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < DESCRIPTORS) {
		limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int queues_open(struct monitor *monitor, bool terminal, struct failure *failure)
{
	static const int streams[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };

	for (int i = 0; i < 3; i++)
		descriptor_own(streams[i]);
	if (queue_open(&monitor->to_guest, TO_GUEST_SIZE) ||
	    queue_open(&monitor->to_engine, TO_ENGINE_SIZE) ||
	    queue_open(&monitor->to_server, TO_SERVER_SIZE) ||
	    queue_open(&monitor->requests, REQUESTS_SIZE) || streams_prepare() ||
	    !process_add(monitor, streams, terminal))
		return failure_errno(failure, errno, "get memory");
	monitor->to_guest.peer = monitor->requests.peer = monitor->from_guest.peer = "guest";
	monitor->to_engine.peer = monitor->from_engine.peer = "engine";
	monitor->to_server.peer = monitor->from_server.peer = "fileserver";
	return 0;
}

static int answer_fill(const struct monitor *monitor, struct field_writer *reply,
		       struct failure *failure)
{
	uint64_t start_time;

	if (process_start_time(getpid(), &start_time))
		return failure_errno(failure, errno, "find the monitor's start time");
	field_put_u32(reply, FIELD_PID, (uint32_t)getpid());
	field_put_u64(reply, FIELD_START_TIME, start_time);
	field_put_u64(reply, FIELD_NETNS_INODE, monitor->netns_inode);
	if (reply->full)
		return failure_set(failure, EMSGSIZE, "the monitor's answer is too long");
	return 0;
}

int monitor_setup(struct monitor *monitor, const struct spawn *spawn, struct field_writer *reply,
		  struct failure *failure)
{
	char libexec[PATH_MAX];

	monitor->engine.fd = monitor->server.fd = monitor->guest.fd = -1;
	monitor->listener.fd = monitor->sessions.fd = monitor->signals.fd = -1;
	monitor->server_watch = monitor->netwatch.fd = -1;
	monitor->orphan_deadline = clock_ms() + ORPHAN_MS;
	prctl(PR_SET_NAME, PROCESS_NAME);
	if (setsid() < 0)
		return failure_errno(failure, errno, "begin a session");
	/* So that SIGWINCH comes when its size changes, and SIGHUP when its master is closed. */
	if (spawn->terminal && ioctl(STDIN_FILENO, TIOCSCTTY, 0))
		return failure_errno(failure, errno, "make the terminal the monitor's");
	if (libexec_find(false, libexec, sizeof(libexec)))
		return failure_errno(failure, errno, "find the monitor's own path");
	if (cgroup_join(libexec, spawn, failure) || netns_enter(spawn->netns, monitor, failure) ||
	    netwatch_open(monitor, failure) || score_set(spawn, failure))
		return -1;
	descriptors_allow();
	if (signals_open(monitor, failure) || timekeeping_open(monitor, failure) ||
	    resolver_open(&monitor->resolver, failure) ||
	    socket_listen(monitor, spawn->socket, failure))
		return -1;
	xen_open(monitor, spawn->socket);
	if (sessions_listen(monitor, spawn->socket, failure) ||
	    server_start(monitor, libexec, spawn, reply, failure) ||
	    queues_open(monitor, spawn->terminal, failure))
		return -1;
	/* From here on nothing of the host is opened any more. */
	if (answer_fill(monitor, reply, failure) || files_enter(spawn, failure))
		return -1;
	return privilege_drop(failure);
}
