/* SPDX-License-Identifier: Apache-2.0 */
#include "scan.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>

#include "engine_link.h"
#include "netsettings.h"
#include "resolver_place.h"
#include "rtnetlink.h"

#define LINKS_MAX 64
#define ATTEMPTS 5

/* What is collected; the payload is written while listing. */
struct scan {
	struct net_link links[LINKS_MAX];
	size_t count;
	const struct net_link *link; /* whose addresses are listed */
	bool gateways;
	bool resolver;
	const struct netsettings *fresh;
	struct netsettings_list settings;
	struct field_writer writer;
	uint8_t bytes[FRAME_PAYLOAD_MAX];
};

/* The interfaces that a container's traffic goes through: Ethernet and up; neither the backends of
 * our own vifs nor the sleeping devices that tunnel modules put into every namespace. */
static int link_take(const struct net_link *link, void *context)
{
	struct scan *scan = context;

	if (link->type != ARPHRD_ETHER || !(link->flags & IFF_UP) || !link->has_mac ||
	    net_device_is_vif(link->device))
		return 0;
	if (scan->count == LINKS_MAX) {
		errno = E2BIG;
		return -1;
	}
	scan->links[scan->count++] = *link;
	return 0;
}

static const char *link_name(const struct scan *scan, int index)
{
	for (size_t i = 0; i < scan->count; i++)
		if (scan->links[i].index == index)
			return scan->links[i].name;
	return NULL;
}

/* The link-local IPv6 address that comes by itself with the MAC. */
static bool address_is_own(const struct net_address *address, const struct net_link *link)
{
	uint8_t own[16];

	net_link_local(link->mac, own);
	return address->family == AF_INET6 && memcmp(address->ip, own, sizeof(own)) == 0;
}

static int address_take(const struct net_address *address, void *context)
{
	struct scan *scan = context;
	size_t mark;

	/* What routers advertise the guest hears itself, and the namespace no longer. */
	if (address->index != scan->link->index || address_is_own(address, scan->link) ||
	    !net_address_given(address))
		return 0;
	mark = field_group_begin(&scan->writer, FIELD_ADDRESS);
	field_put(&scan->writer, FIELD_IP, address->ip, net_ip_size(address->family));
	field_put_u32(&scan->writer, FIELD_PREFIX, address->prefix);
	if (address->has_broadcast)
		field_put(&scan->writer, FIELD_BROADCAST, address->broadcast,
			  sizeof(address->broadcast));
	field_put_u32(&scan->writer, FIELD_SCOPE, address->scope);
	field_group_end(&scan->writer, mark);
	return 0;
}

/* Routes that somebody made; the kernel's own come by themselves with the addresses. */
static int route_take(const struct net_route *route, void *context)
{
	struct scan *scan = context;
	const char *name = link_name(scan, route->index);
	size_t size = net_ip_size(route->family), mark;

	if (!name || route->table != RT_TABLE_MAIN || route->type != RTN_UNICAST ||
	    route->protocol == RTPROT_KERNEL || route->protocol == RTPROT_RA ||
	    route->protocol == RTPROT_REDIRECT || route->has_gateway != scan->gateways)
		return 0;
	mark = field_group_begin(&scan->writer, FIELD_ROUTE);
	field_put(&scan->writer, FIELD_IP, route->ip, size);
	field_put_u32(&scan->writer, FIELD_PREFIX, route->prefix);
	if (route->has_gateway)
		field_put(&scan->writer, FIELD_GATEWAY, route->gateway, size);
	field_put_text(&scan->writer, FIELD_NAME, name);
	field_put_u32(&scan->writer, FIELD_SCOPE, route->scope);
	if (route->metric)
		field_put_u32(&scan->writer, FIELD_METRIC, route->metric);
	if (route->has_source)
		field_put(&scan->writer, FIELD_SOURCE_IP, route->source, size);
	if (route->onlink)
		field_put_u32(&scan->writer, FIELD_ONLINK, 1);
	field_group_end(&scan->writer, mark);
	return 0;
}

static int neighbour_take(const struct net_neighbour *neighbour, void *context)
{
	struct scan *scan = context;
	const char *name = link_name(scan, neighbour->index);
	size_t mark;

	if (!name || !(neighbour->state & NUD_PERMANENT) || !neighbour->has_mac)
		return 0;
	mark = field_group_begin(&scan->writer, FIELD_NEIGHBOUR);
	field_put(&scan->writer, FIELD_IP, neighbour->ip, net_ip_size(neighbour->family));
	field_put(&scan->writer, FIELD_MAC, neighbour->mac, MAC_SIZE);
	field_put_text(&scan->writer, FIELD_NAME, name);
	field_group_end(&scan->writer, mark);
	return 0;
}

static int links_put(struct scan *scan, struct netlink *netlink)
{
	for (size_t i = 0; i < scan->count; i++) {
		const struct net_link *link = &scan->links[i];
		size_t mark = field_group_begin(&scan->writer, FIELD_LINK);

		field_put_text(&scan->writer, FIELD_NAME, link->name);
		field_put(&scan->writer, FIELD_MAC, link->mac, MAC_SIZE);
		field_put_u32(&scan->writer, FIELD_MTU, link->mtu);
		scan->link = link;
		if (address_list(netlink, address_take, scan))
			return -1;
		field_put_u32(&scan->writer, FIELD_UP, 1);
		field_put_u32(&scan->writer, FIELD_INDEX, (uint32_t)link->index);
		netsettings_list_interface(&scan->settings, link->name);
		field_group_end(&scan->writer, mark);
	}
	return 0;
}

/* A gateway must be reachable when its route is added: routes without one come first. */
static int scan_try(struct scan *scan, struct netlink *netlink)
{
	scan->count = 0;
	scan->gateways = false;
	scan->writer = field_writer(scan->bytes, sizeof(scan->bytes));
	field_put_u32(&scan->writer, FIELD_STATUS, 0);
	if (scan->resolver)
		field_put_u32(&scan->writer, FIELD_RESOLVER, 1);
	netsettings_list_begin(&scan->settings, scan->fresh, &scan->writer);
	if (link_list(netlink, link_take, scan) || links_put(scan, netlink) ||
	    route_list(netlink, route_take, scan))
		return -1;
	scan->gateways = true;
	if (route_list(netlink, route_take, scan) || neighbour_list(netlink, neighbour_take, scan))
		return -1;
	if (scan->writer.full) {
		errno = EMSGSIZE;
		return -1;
	}
	return 0;
}

void scan_answer(struct monitor *monitor, uint32_t number)
{
	static struct scan scan;
	struct frame frame = { .type = FRAME_REPLY, .stream = number };
	struct netlink netlink;
	int result, attempts = 0;

	if (netlink_open(&netlink, 0)) {
		engine_reply(monitor, number, errno, "open a netlink socket");
		return;
	}
	/* Nothing answers there while dockerd starts again, and nobody tells when it does: a
	 * resolver that was there once is told of ever after, and queries that it does not take are
	 * refused (resolver.h). */
	monitor->resolver.found = monitor->resolver.found || resolver_found();
	scan.resolver = monitor->resolver.found;
	scan.fresh = &monitor->netsettings;
	do {
		result = scan_try(&scan, &netlink);
	} while (result && errno == EAGAIN && ++attempts < ATTEMPTS);
	if (result) {
		engine_reply(monitor, number, errno,
			     errno == E2BIG
				 ? "the container's network namespace has more than 64 links"
				 : "read the container's network namespace");
	} else {
		frame.length = (uint32_t)scan.writer.length;
		engine_send(monitor, &frame, scan.bytes);
	}
	netlink_close(&netlink);
}
