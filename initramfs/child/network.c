/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "child.h"
#include "clock.h"
#include "rtnetlink.h"
#include "settings.h"

#define LINK_WAIT_MS 10000
/* A vif carries frames once its backend has connected, moments after it is up. If the backend never
 * does, that is no reason to fail. */
#define CARRIER_WAIT_MS 2000

/* What netdevice(7) calls RUNNING as linux/if.h has it; net/if.h lacks it. */
#define LINK_LOWER_UP (1u << 16)

/* Copies an address and tells its family by its length. */
static uint8_t ip_take(struct payload group, uint16_t tag, uint8_t ip[16])
{
	struct field field;

	if (!payload_find(group, tag, &field))
		return AF_UNSPEC;
	memcpy(ip, field.bytes, field.length);
	return field.length == 4 ? AF_INET : AF_INET6;
}

/* What the steps work with. */
struct work {
	const struct inheritance *inheritance;
	struct netlink netlink;
};

static int link_index(struct netlink *netlink, const char *name)
{
	struct net_link link;

	if (link_find(netlink, name, &link) < 0)
		child_fail(errno, "link %s: %s", name, child_error(errno));
	return link.index;
}

static void carrier_await(struct netlink *netlink, const char *name)
{
	int64_t end = clock_ms() + CARRIER_WAIT_MS;
	struct netlink events;
	struct net_link link;

	if (netlink_open(&events, RTMGRP_LINK) < 0)
		return;
	while (link_find(netlink, name, &link) == 0 && !(link.flags & LINK_LOWER_UP)) {
		int left = clock_left(end);

		if (left == 0 || netlink_wait(&events, left) < 0)
			break;
	}
	netlink_close(&events);
}

static void address_apply(struct netlink *netlink, int index, const char *name,
			  struct payload group)
{
	struct net_address address = {
		.index = index,
		.prefix = (uint8_t)payload_u32(group, FIELD_PREFIX, 0),
		.scope = (uint8_t)payload_u32(group, FIELD_SCOPE, 0),
	};
	struct field field;

	address.family = ip_take(group, FIELD_IP, address.ip);
	address.has_broadcast = payload_find(group, FIELD_BROADCAST, &field);
	if (address.has_broadcast)
		memcpy(address.broadcast, field.bytes, sizeof(address.broadcast));
	/* EEXIST: the kernel has given the IPv6 link-local address itself. */
	if (address_add(netlink, &address) < 0 && errno != EEXIST)
		child_fail(errno, "link %s: address: %s", name, child_error(errno));
}

/* Waits for the link that has the group's MAC; `name` is what it is to be called. */
static void link_take(struct payload group, char name[TEXT_SIZE], struct net_link *link)
{
	struct field mac;

	payload_text(group, FIELD_NAME, name);
	payload_find(group, FIELD_MAC, &mac);
	if (link_await_mac(mac.bytes, LINK_WAIT_MS, link) < 0)
		child_fail(errno, "link %s: not there: %s", name, child_error(errno));
}

static void link_apply(struct work *work, struct payload group)
{
	struct netlink *netlink = &work->netlink;
	struct link_change change = LINK_UNCHANGED;
	struct field_reader reader = payload_reader(group);
	struct net_link link;
	struct field field;
	char name[TEXT_SIZE] = "";

	link_take(group, name, &link);
	change.name = strcmp(link.name, name) ? name : NULL;
	change.mtu = payload_u32(group, FIELD_MTU, 0);
	if ((change.name || change.mtu) && link_change(netlink, link.index, &change) < 0)
		child_fail(errno, "link %s: name and mtu: %s", name, child_error(errno));
	if (!(link.flags & IFF_UP))
		settings_of_network(work->inheritance, group);
	while (payload_next(&reader, FIELD_ADDRESS, &field))
		address_apply(netlink, link.index, name, payload_group(&field));
	if (!payload_u32(group, FIELD_UP, 1))
		return;
	change = LINK_UNCHANGED;
	change.state = LINK_UP;
	if (link_change(netlink, link.index, &change) < 0)
		child_fail(errno, "link %s: up: %s", name, child_error(errno));
	carrier_await(netlink, name);
}

/* Links get their names one after the other, and another link may still have a name that one is to
 * get. So each link that changes first gets a name that no link wants. */
static void link_make_way(struct work *work, struct payload group)
{
	struct netlink *netlink = &work->netlink;
	struct link_change change = LINK_UNCHANGED;
	struct net_link link;
	char name[TEXT_SIZE] = "", way[32];

	link_take(group, name, &link);
	if (strcmp(link.name, name) == 0)
		return;
	snprintf(way, sizeof(way), "rename%d", link.index);
	if (strcmp(link.name, way) == 0)
		child_fail(EEXIST, "link %s: another one has its MAC", name);
	change.name = way;
	if (link_change(netlink, link.index, &change) < 0)
		child_fail(errno, "link %s: name: %s", name, child_error(errno));
}

static void route_apply(struct work *work, struct payload group)
{
	struct netlink *netlink = &work->netlink;
	struct net_route route = {
		.prefix = (uint8_t)payload_u32(group, FIELD_PREFIX, 0),
		.scope = (uint8_t)payload_u32(group, FIELD_SCOPE, 0),
		.metric = payload_u32(group, FIELD_METRIC, 0),
		.onlink = payload_u32(group, FIELD_ONLINK, 0),
	};
	char name[TEXT_SIZE];

	route.family = ip_take(group, FIELD_IP, route.ip);
	route.has_gateway = ip_take(group, FIELD_GATEWAY, route.gateway) != AF_UNSPEC;
	route.has_source = ip_take(group, FIELD_SOURCE_IP, route.source) != AF_UNSPEC;
	if (payload_text(group, FIELD_NAME, name))
		route.index = link_index(netlink, name);
	if (route_add(netlink, &route) < 0 && errno != EEXIST)
		child_fail(errno, "route of prefix %u: %s", route.prefix, child_error(errno));
}

static void neighbour_apply(struct work *work, struct payload group)
{
	struct netlink *netlink = &work->netlink;
	struct net_neighbour neighbour = { .has_mac = true };
	struct field field;
	char name[TEXT_SIZE] = "";

	payload_text(group, FIELD_NAME, name);
	neighbour.index = link_index(netlink, name);
	neighbour.family = ip_take(group, FIELD_IP, neighbour.ip);
	payload_find(group, FIELD_MAC, &field);
	memcpy(neighbour.mac, field.bytes, sizeof(neighbour.mac));
	if (neighbour_add(netlink, &neighbour) < 0)
		child_fail(errno, "link %s: neighbour: %s", name, child_error(errno));
}

void network_configure(const struct inheritance *inheritance, struct payload request)
{
	static const struct step {
		uint16_t tag;
		void (*apply)(struct work *work, struct payload group);
	} steps[] = {
		{ FIELD_LINK, link_make_way },
		{ FIELD_LINK, link_apply },
		{ FIELD_ROUTE, route_apply },
		{ FIELD_NEIGHBOUR, neighbour_apply },
	};
	struct work work = { .inheritance = inheritance };
	struct field field;

	settings_of_network(inheritance, request);
	if (netlink_open(&work.netlink, 0) < 0)
		child_fail(errno, "network: %s", child_error(errno));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct field_reader reader = payload_reader(request);

		while (payload_next(&reader, steps[i].tag, &field))
			steps[i].apply(&work, payload_group(&field));
	}
	netlink_close(&work.netlink);
}
