/* SPDX-License-Identifier: Apache-2.0 */
#include "wall_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How often a list may change while it is read. */
#define LIST_ATTEMPTS 5

int wall_allow(struct wall *wall, uint8_t family, const uint8_t *ip)
{
	struct wall_address address = { .family = family };

	memcpy(address.ip, ip, net_ip_size(family));
	for (size_t i = 0; i < wall->count; i++)
		if (memcmp(&wall->addresses[i], &address, sizeof(address)) == 0)
			return 0;
	if (wall->count == WALL_ADDRESSES_MAX) {
		errno = E2BIG;
		return -1;
	}
	wall->addresses[wall->count++] = address;
	return 0;
}

static int allow_link_local(struct wall *wall)
{
	uint8_t ip[16];

	net_link_local(wall->mac, ip);
	return wall_allow(wall, AF_INET6, ip);
}

/* A wall that is planned, and the link for which it is. */
struct plan {
	struct wall *wall;
	int index;
};

static int address_take(const struct net_address *address, void *context)
{
	const struct plan *plan = context;

	if (address->index != plan->index || !net_address_given(address) ||
	    (address->family == AF_INET6 && !plan->wall->ipv6))
		return 0;
	return wall_allow(plan->wall, address->family, address->ip);
}

/* Whether the interface speaks IPv6. The kernel shows whoever looks the settings of the network
 * namespace that it is in (net_ctl_header_lookup in net/sysctl_net.c). */
static int ipv6_find(const char *interface, bool *ipv6)
{
	char path[64], disabled;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", interface);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	*ipv6 = false;
	/* The kernel has none, or none for this interface, whose MTU is too small for it. */
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	length = read(fd, &disabled, 1);
	close(fd);
	*ipv6 = length == 1 && disabled == '0';
	return length == 1 ? 0 : -1;
}

int wall_plan(struct wall *wall, struct netlink *netlink, const struct net_link *interface)
{
	struct plan plan = { .wall = wall, .index = interface->index };
	int result = -1;
	bool ipv6;

	if (ipv6_find(interface->name, &ipv6) < 0)
		return -1;
	/* A list that changed while it was read is read again. */
	for (int attempt = 0; attempt < LIST_ATTEMPTS; attempt++) {
		*wall = (struct wall){ .interface = (uint32_t)interface->index, .ipv6 = ipv6 };
		memcpy(wall->mac, interface->mac, sizeof(wall->mac));
		if (ipv6 && allow_link_local(wall) < 0)
			return -1;
		result = address_list(netlink, address_take, &plan);
		if (result == 0 || errno != EAGAIN)
			break;
	}
	return result;
}

/* Where a wall is built. */
struct site {
	struct netlink *netlink;
	int vif;
};

static int filter_take(const struct filter *filter, void *context)
{
	const struct site *site = context;

	return filter_add(site->netlink, site->vif, filter);
}

int wall_build(const struct wall *wall, struct netlink *netlink, int vif)
{
	struct site site = { .netlink = netlink, .vif = vif };

	return wall_list(wall, filter_take, &site);
}
