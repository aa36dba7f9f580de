/* SPDX-License-Identifier: Apache-2.0 */
#include "carrier.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process.h"

/* Digits up to a colon, which is passed over; false for anything else. */
static bool number_take(const char **text, uint64_t most, uint64_t *number)
{
	char *end;

	/* strtoull would take blanks and a sign. */
	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	*number = strtoull(*text, &end, 10);
	if (errno || *end != ':' || *number > most)
		return false;
	*text = end + 1;
	return true;
}

/* The interface's name, and what may follow it. */
static bool interface_take(const char *text, struct carrier *carrier)
{
	size_t length = strcspn(text, ":");

	carrier->open = strcmp(text + length, ":open") == 0;
	if (length == 0 || length >= sizeof(carrier->interface) || (text[length] && !carrier->open))
		return false;
	memcpy(carrier->interface, text, length);
	carrier->interface[length] = '\0';
	return true;
}

int carrier_parse(const char *text, struct carrier *carrier, struct failure *failure)
{
	const char *next = text;
	uint64_t pid;

	if (!number_take(&next, INT_MAX, &pid) || pid == 0 ||
	    !number_take(&next, UINT64_MAX, &carrier->start_time) || !interface_take(next, carrier))
		return failure_set(failure, EINVAL,
				   "gatewaydev \"%s\" is not PID:STARTTIME:INTERFACE[:open]", text);
	carrier->monitor = (pid_t)pid;
	return 0;
}

/* netback makes every vif in the host's netns, so this process is there or will find no vif: its
 * own netns is the host's. */
static int netns_refuse_own(int netns_fd, struct failure *failure)
{
	struct stat theirs, own;

	if (fstat(netns_fd, &theirs) < 0 || stat("/proc/self/ns/net", &own) < 0)
		return failure_errno(failure, errno, "look at a network namespace");
	if (theirs.st_dev == own.st_dev && theirs.st_ino == own.st_ino)
		return failure_set(failure, EINVAL,
				   "the monitor is in the host's network namespace");
	return 0;
}

/* A pid stands for one process as long as that is watched and has not ended. */
static int netns_open(const struct carrier *carrier, int watch, int *netns_fd,
		      struct failure *failure)
{
	struct pollfd ended = { .fd = watch, .events = POLLIN };
	char path[64];
	uint64_t start_time;

	if (process_start_time(carrier->monitor, &start_time) < 0)
		return failure_errno(failure, errno, "read the start time of process %d",
				     (int)carrier->monitor);
	if (start_time != carrier->start_time)
		return failure_set(failure, ESRCH, "process %d is not the monitor any more",
				   (int)carrier->monitor);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)carrier->monitor);
	*netns_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*netns_fd < 0)
		return failure_errno(failure, errno, "open %s", path);
	if (poll(&ended, 1, 0) != 0)
		return failure_set(failure, ESRCH, "monitor %d has ended", (int)carrier->monitor);
	return 0;
}

int carrier_netns(const struct carrier *carrier, int *netns_fd, struct failure *failure)
{
	int watch = process_watch(carrier->monitor);
	int result;

	*netns_fd = -1;
	if (watch < 0)
		return failure_errno(failure, errno, "watch monitor %d", (int)carrier->monitor);
	result = netns_open(carrier, watch, netns_fd, failure);
	close(watch);
	if (result == 0)
		result = netns_refuse_own(*netns_fd, failure);
	if (result < 0 && *netns_fd >= 0) {
		close(*netns_fd);
		*netns_fd = -1;
	}
	return result;
}
