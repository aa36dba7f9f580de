/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rtnetlink.h"
#include "traffic.h"
#include "wall_build.h"

/* netback registers the vif at about the time when libxl starts us. */
#define VIF_TIMEOUT_MS 10000
/* How often a manager of dom0's networks may be quicker than the move. */
#define MOVE_ATTEMPTS 8

#define PORT_RANGE_FILE "/proc/sys/net/ipv4/ip_local_port_range"

/* The errno's failure, with the kernel's own reason if it gave one. */
static int netlink_failure(const struct netlink *netlink, const char *what, const char *link,
			   struct failure *failure)
{
	int status = errno;

	if (netlink->reason[0])
		return failure_errno(failure, status, "%s %s (%s)", what, link, netlink->reason);
	return failure_errno(failure, status, "%s %s", what, link);
}

/* What of dom0 manages networks, as udev and NetworkManager, finds the vif when we do. It may have
 * renamed it, brought it up or given it alternative names: udev's is made of the MAC, which all
 * vifs share, and so two of them could not come into one netns (EEXIST). It may give it once more
 * between the two requests. */
static int vif_take(struct netlink *netlink, const char *vif, int index, int netns_fd)
{
	struct link_change change = LINK_UNCHANGED;

	change.name = vif;
	change.netns_fd = netns_fd;
	for (int i = 0; i < MOVE_ATTEMPTS; i++) {
		if (link_drop_alternatives(netlink, index) < 0)
			return -1;
		if (link_change(netlink, index, &change) == 0)
			return 0;
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

static int vif_move(const char *vif, int netns_fd, struct failure *failure)
{
	char device[sizeof((struct net_link){ 0 }.device)];
	struct net_link link;
	struct netlink netlink;
	unsigned int domain, number;
	int result = 0;

	if (sscanf(vif, "vif%u.%u", &domain, &number) != 2)
		return failure_set(failure, EINVAL, "\"%s\" is not a vif's name", vif);
	snprintf(device, sizeof(device), "vif-%u-%u", domain, number);
	if (link_await_device(vif, device, VIF_TIMEOUT_MS, &link) < 0)
		return failure_errno(failure, errno, "wait for interface %s", vif);
	if (netlink_open(&netlink, 0) < 0)
		return failure_errno(failure, errno, "open a netlink socket");
	if (vif_take(&netlink, vif, link.index, netns_fd) < 0)
		result =
		    netlink_failure(&netlink, "move to the container's network:", vif, failure);
	netlink_close(&netlink);
	return result;
}

static int vif_prepare(struct netlink *netlink, const struct net_link *vif, uint32_t mtu,
		       struct failure *failure)
{
	struct link_change change = LINK_UNCHANGED;

	change.mtu = mtu;
	/* The guest is to hear the container's network, not this end's address resolution. */
	if (link_keep_silent(netlink, vif->index) < 0)
		return netlink_failure(netlink, "take no address on", vif->name, failure);
	if (link_change(netlink, vif->index, &change) < 0)
		return netlink_failure(netlink, "set the MTU of", vif->name, failure);
	return 0;
}

static int vif_bring_up(struct netlink *netlink, const struct net_link *vif,
			struct failure *failure)
{
	struct link_change change = LINK_UNCHANGED;

	change.state = LINK_UP;
	if (link_change(netlink, vif->index, &change) < 0)
		return netlink_failure(netlink, "bring up", vif->name, failure);
	return 0;
}

/* Programs in the netns, as dockerd's resolver, ask outside from these ports only: answers to them
 * are told from the guest's by their port (traffic_keep_answers). */
static int ports_reserve(struct failure *failure)
{
	char range[32];
	int fd = open(PORT_RANGE_FILE, O_WRONLY | O_CLOEXEC);
	int length =
	    snprintf(range, sizeof(range), "%d %d\n", TRAFFIC_PORT_FIRST, TRAFFIC_PORT_LAST);
	ssize_t written;

	if (fd < 0)
		return failure_errno(failure, errno, "open %s", PORT_RANGE_FILE);
	written = write(fd, range, (size_t)length);
	close(fd);
	if (written != length)
		return failure_errno(failure, errno, "write %s", PORT_RANGE_FILE);
	return 0;
}

static int wall_make(struct netlink *netlink, const struct net_link *vif,
		     const struct net_link *interface, struct failure *failure)
{
	struct wall wall;

	if (wall_plan(&wall, netlink, interface) < 0)
		return netlink_failure(netlink, "read the addresses of", interface->name, failure);
	if (wall_build(&wall, netlink, vif->index) < 0)
		return netlink_failure(netlink, "build a wall before", vif->name, failure);
	return 0;
}

/* What comes from the guest. A link that has moved is down: nothing comes before it is brought up,
 * after this. */
static int vif_join(struct netlink *netlink, const struct net_link *vif,
		    const struct net_link *interface, bool open, struct failure *failure)
{
	if (traffic_prepare(netlink, vif->index) < 0)
		return netlink_failure(netlink, "filter what comes in on", vif->name, failure);
	if (!open)
		return wall_make(netlink, vif, interface, failure);
	if (traffic_redirect(netlink, vif->index, interface->index) < 0)
		return netlink_failure(netlink, "redirect what comes in on", vif->name, failure);
	return 0;
}

/* What goes to the guest. */
static int interface_join(struct netlink *netlink, const struct net_link *interface,
			  const struct net_link *vif, struct failure *failure)
{
	if (traffic_prepare(netlink, interface->index) < 0 ||
	    traffic_keep_answers(netlink, interface->index, vif->index) < 0 ||
	    traffic_redirect(netlink, interface->index, vif->index) < 0)
		return netlink_failure(netlink, "redirect what comes in on", interface->name,
				       failure);
	return 0;
}

static int links_find(struct netlink *netlink, const char *vif_name, struct net_link *vif,
		      const char *interface_name, struct net_link *interface,
		      struct failure *failure)
{
	if (link_find(netlink, interface_name, interface) < 0)
		return failure_errno(failure, errno, "find %s in the container's network",
				     interface_name);
	if (interface->flags & IFF_LOOPBACK)
		return failure_set(failure, EINVAL, "%s is a loopback interface", interface_name);
	if (link_find(netlink, vif_name, vif) < 0)
		return failure_errno(failure, errno, "find %s in the container's network",
				     vif_name);
	return 0;
}

static int links_wire(struct netlink *netlink, const char *vif_name, const struct carrier *carrier,
		      struct failure *failure)
{
	struct net_link vif, interface;

	if (links_find(netlink, vif_name, &vif, carrier->interface, &interface, failure) < 0 ||
	    vif_prepare(netlink, &vif, interface.mtu, failure) < 0 || ports_reserve(failure) < 0 ||
	    vif_join(netlink, &vif, &interface, carrier->open, failure) < 0 ||
	    vif_bring_up(netlink, &vif, failure) < 0)
		return -1;
	/* The interface's own traffic turns away from the netns last, when all else has worked. */
	return interface_join(netlink, &interface, &vif, failure);
}

int wiring_make(const char *vif, int netns_fd, const struct carrier *carrier,
		struct failure *failure)
{
	struct netlink netlink;
	int result;

	if (vif_move(vif, netns_fd, failure) < 0)
		return -1;
	if (setns(netns_fd, CLONE_NEWNET) < 0)
		return failure_errno(failure, errno, "enter the container's network namespace");
	if (netlink_open(&netlink, 0) < 0)
		return failure_errno(failure, errno, "open a netlink socket");
	result = links_wire(&netlink, vif, carrier, failure);
	netlink_close(&netlink);
	return result;
}
