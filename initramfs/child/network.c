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
#include "network_parts.h"
#include "rtnetlink.h"
#include "settings.h"
#include "withdraw.h"

#define LINK_WAIT_MS 10000
/* A vif carries frames once its backend has connected, moments after it is up. If the backend never
 * does, that is no reason to fail. */
#define CARRIER_WAIT_MS 2000

/* Of a route without one: linux/ipv6_route.h, IP6_RT_PRIO_USER. */
#define METRIC_OF_IPV6 1024

/* What netdevice(7) calls RUNNING as linux/if.h has it; net/if.h lacks it. */
#define LINK_LOWER_UP (1u << 16)

/* As many as the monitor lets a namespace have. */
#define LINKS_MAX 64

/* What the steps work with. */
struct work {
	const struct inheritance *inheritance;
	const struct brought *before;
	struct payload request;
	struct netlink netlink;
	int kept[LINKS_MAX]; /* links that have the routes that were brought before */
	size_t kept_count;
};

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
	struct net_address address = address_of(group, index);

	/* EEXIST: the kernel has given the IPv6 link-local address itself. */
	if (address_add(netlink, &address) < 0 && errno != EEXIST)
		child_fail(errno, "link %s: address: %s", name, child_error(errno));
}

/* Waits for the group's link; `name` is what it is to be called. */
static void link_take(struct payload group, char name[TEXT_SIZE], struct net_link *link)
{
	payload_text(group, FIELD_NAME, name);
	if (link_of(group, LINK_WAIT_MS, link) < 0)
		child_fail(errno, "link %s: not there: %s", name, child_error(errno));
}

/* A link loses routes with an address, and all of them when it goes down: so does one that was
 * plugged anew. */
static bool link_is_kept(const struct work *work, struct payload group, const struct net_link *link)
{
	struct payload before;
	struct field_reader reader;
	struct field field;

	if (!work->before->whole || !(link->flags & IFF_UP) ||
	    !link_counterpart(work->before->payload, group, &before))
		return false;
	reader = payload_reader(before);
	while (payload_next(&reader, FIELD_ADDRESS, &field))
		if (!field_stands(&field, group))
			return false;
	return true;
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
	if (link_is_kept(work, group, &link) && work->kept_count < LINKS_MAX)
		work->kept[work->kept_count++] = link.index;
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

/* Why a route or a neighbour could not be made into what rtnetlink takes. */
static void link_missing(struct payload group)
{
	int status = errno;
	char name[TEXT_SIZE] = "";

	payload_text(group, FIELD_NAME, name);
	child_fail(status, "link %s: %s", name, child_error(status));
}

/* The kernel still has the route that an earlier message has brought, or the container's processes
 * did away with it. */
static bool route_is_kept(const struct work *work, struct payload group, int index)
{
	const struct field route = { .tag = FIELD_ROUTE,
				     .length = (uint32_t)group.length,
				     .bytes = group.bytes };

	for (size_t i = 0; i < work->kept_count; i++)
		if (work->kept[i] == index)
			return part_stands(&route, work->request, work->before->payload);
	return false;
}

/* Takes away what a router has advertised at the place of this route, which wins. */
static bool advertised_remove(struct netlink *netlink, const struct net_route *route)
{
	struct net_route advertised = { .family = route->family,
					.prefix = route->prefix,
					.metric = route->metric ? route->metric : METRIC_OF_IPV6,
					.protocol = RTPROT_RA };

	memcpy(advertised.ip, route->ip, sizeof(advertised.ip));
	return route->family == AF_INET6 && route_remove(netlink, &advertised) == 0;
}

static void route_apply(struct work *work, struct payload group)
{
	struct netlink *netlink = &work->netlink;
	struct net_route route;
	int result;

	if (route_of(netlink, group, &route) < 0)
		link_missing(group);
	if (route_is_kept(work, group, route.index))
		return;
	result = route_add(netlink, &route);
	if (result < 0 && errno == EEXIST && advertised_remove(netlink, &route))
		result = route_add(netlink, &route);
	/* Somebody in the container has another way there. */
	if (result < 0 && errno != EEXIST)
		child_fail(errno, "route of prefix %u: %s", route.prefix, child_error(errno));
}

static void neighbour_apply(struct work *work, struct payload group)
{
	struct netlink *netlink = &work->netlink;
	struct net_neighbour neighbour;
	char name[TEXT_SIZE] = "";

	payload_text(group, FIELD_NAME, name);
	if (neighbour_of(netlink, group, &neighbour) < 0)
		link_missing(group);
	if (neighbour_add(netlink, &neighbour) < 0)
		child_fail(errno, "link %s: neighbour: %s", name, child_error(errno));
}

void network_configure(const struct inheritance *inheritance, const struct brought *before,
		       struct payload request)
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
	struct work work = { .inheritance = inheritance, .before = before, .request = request };
	struct field field;

	settings_of_network(inheritance, request);
	if (netlink_open(&work.netlink, 0) < 0)
		child_fail(errno, "network: %s", child_error(errno));
	network_withdraw(&work.netlink, before->payload, request);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct field_reader reader = payload_reader(request);

		while (payload_next(&reader, steps[i].tag, &field))
			steps[i].apply(&work, payload_group(&field));
	}
	netlink_close(&work.netlink);
}
