/* SPDX-License-Identifier: Apache-2.0 */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "netsettings.h"
#include "rtnetlink.h"

static bool same_namespace(const struct stat *status, const char *path)
{
	struct stat other;

	return stat(path, &other) == 0 && status->st_dev == other.st_dev &&
	       status->st_ino == other.st_ino;
}

static int netns_check(int fd, const char *path, struct failure *failure)
{
	struct statfs system;
	struct stat status;

	if (fstatfs(fd, &system) || fstat(fd, &status))
		return failure_errno(failure, errno, "network namespace \"%s\"", path);
	/* The nstype request only means this on nsfs; elsewhere its number may be anything. */
	if (system.f_type != NSFS_MAGIC || ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET)
		return failure_set(failure, EINVAL, "\"%s\" is not a network namespace", path);
	if (same_namespace(&status, "/proc/1/ns/net") ||
	    same_namespace(&status, "/proc/self/ns/net"))
		return failure_set(failure, EINVAL,
				   "network namespace \"%s\" is the host's, which a container that "
				   "is a domain cannot share",
				   path);
	return 0;
}

/* Opens the namespace at `path`, which is not the host's. */
static int netns_open(const char *path, int *netns_fd, struct failure *failure)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return failure_errno(failure, errno, "network namespace \"%s\"", path);
	if (netns_check(fd, path, failure)) {
		close(fd);
		return -1;
	}
	*netns_fd = fd;
	return 0;
}

/* Makes a namespace and enters it. The settings that it has are what others are compared with. */
static int netns_make(struct netsettings *settings, struct failure *failure)
{
	netsettings_open(settings);
	if (unshare(CLONE_NEWNET))
		return failure_errno(failure, errno, "make a network namespace");
	netsettings_remember(settings);
	return 0;
}

static int lo_bring_up(struct failure *failure)
{
	struct link_change up = LINK_UNCHANGED;
	struct netlink netlink;
	struct net_link lo;
	int result = -1;

	up.state = LINK_UP;
	if (netlink_open(&netlink, 0))
		return failure_errno(failure, errno, "open a netlink socket");
	if (link_find(&netlink, "lo", &lo) == 0 && link_change(&netlink, lo.index, &up) == 0)
		result = 0;
	else
		failure_errno(failure, errno, "bring lo up");
	netlink_close(&netlink);
	return result;
}

/* From a namespace made for the comparison, which ends with this. */
static int netns_join(const char *path, struct netsettings *settings, struct failure *failure)
{
	int fd = -1, result;

	if (netns_open(path, &fd, failure))
		return -1;
	result = netns_make(settings, failure);
	if (result == 0 && setns(fd, CLONE_NEWNET))
		result = failure_errno(failure, errno, "join network namespace \"%s\"", path);
	close(fd);
	return result;
}

int netns_enter(const char *path, struct monitor *monitor, struct failure *failure)
{
	struct netsettings *settings = &monitor->netsettings;
	struct stat status;

	if (*path ? netns_join(path, settings, failure)
		  : netns_make(settings, failure) || lo_bring_up(failure))
		return -1;
	if (stat("/proc/self/ns/net", &status))
		return failure_errno(failure, errno, "look at the network namespace");
	monitor->netns_inode = status.st_ino;
	return 0;
}
