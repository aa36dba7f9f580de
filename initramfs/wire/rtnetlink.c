/* SPDX-License-Identifier: Apache-2.0 */
#include "rtnetlink.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"

#define LINK_ATTRIBUTES (IFLA_PARENT_DEV_NAME + 1)
#define LINK_INFO_ATTRIBUTES (IFLA_INFO_KIND + 1)
#define LINK_NAME_ATTRIBUTES (IFLA_ALT_IFNAME + 1)
/* A link's alternative names fit into one page of the kernel's (rtnl_prop_list_size). */
#define LINK_NAMES_MAX 64
#define ADDRESS_ATTRIBUTES (IFA_FLAGS + 1)
#define ROUTE_ATTRIBUTES (RTA_TABLE + 1)
#define NEIGHBOUR_ATTRIBUTES (NDA_LLADDR + 1)

size_t net_ip_size(uint8_t family)
{
	return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
}

void net_link_local(const uint8_t mac[MAC_SIZE], uint8_t ip[16])
{
	/* The MAC with ff:fe in its middle, and its universal bit turned. */
	const uint8_t local[16] = { 0xfe, 0x80, [8] = mac[0] ^ 2, mac[1], mac[2],
				    0xff, 0xfe, mac[3],		  mac[4], mac[5] };

	memcpy(ip, local, sizeof(local));
}

bool net_device_is_vif(const char *device)
{
	return strncmp(device, "vif-", 4) == 0;
}

bool net_address_given(const struct net_address *address)
{
	return address->family != AF_INET6 || address->flags & IFA_F_PERMANENT;
}

/* A listing under way: whose taker to call, and what with. */
struct listing {
	union {
		net_link_taker *link;
		net_address_taker *address;
		net_route_taker *route;
		net_neighbour_taker *neighbour;
	} take;
	void *context;
};

static int malformed(void)
{
	errno = EBADMSG;
	return -1;
}

static bool link_parse(const struct nlmsghdr *message, struct net_link *link)
{
	const struct nlattr *table[LINK_ATTRIBUTES], *info[LINK_INFO_ATTRIBUTES];
	const struct nlattr *names[LINK_NAME_ATTRIBUTES];
	const struct ifinfomsg *header = NLMSG_DATA(message);

	*link = (struct net_link){ 0 };
	if (!netlink_attributes(message, sizeof(*header), table, LINK_ATTRIBUTES) ||
	    !netlink_text(table[IFLA_IFNAME], link->name, sizeof(link->name)))
		return false;
	link->index = header->ifi_index;
	link->type = header->ifi_type;
	link->flags = header->ifi_flags;
	netlink_u32(table[IFLA_MTU], &link->mtu);
	link->has_mac = netlink_copy(table[IFLA_ADDRESS], link->mac, sizeof(link->mac));
	if (table[IFLA_LINKINFO] &&
	    netlink_nested(table[IFLA_LINKINFO], info, LINK_INFO_ATTRIBUTES))
		netlink_text(info[IFLA_INFO_KIND], link->kind, sizeof(link->kind));
	netlink_text(table[IFLA_PARENT_DEV_NAME], link->device, sizeof(link->device));
	if (table[IFLA_PROP_LIST] &&
	    netlink_nested(table[IFLA_PROP_LIST], names, LINK_NAME_ATTRIBUTES))
		netlink_text(names[IFLA_ALT_IFNAME], link->alternative, sizeof(link->alternative));
	return true;
}

static int link_take(const struct nlmsghdr *message, void *context)
{
	const struct listing *listing = context;
	struct net_link link;

	if (message->nlmsg_type != RTM_NEWLINK)
		return 0;
	return link_parse(message, &link) ? listing->take.link(&link, listing->context)
					  : malformed();
}

static bool address_parse(const struct nlmsghdr *message, struct net_address *address)
{
	const struct nlattr *table[ADDRESS_ATTRIBUTES];
	const struct ifaddrmsg *header = NLMSG_DATA(message);
	size_t size;

	if (!netlink_attributes(message, sizeof(*header), table, ADDRESS_ATTRIBUTES))
		return false;
	*address = (struct net_address){ .index = (int)header->ifa_index,
					 .family = header->ifa_family,
					 .prefix = header->ifa_prefixlen,
					 .scope = header->ifa_scope,
					 .flags = header->ifa_flags };
	size = net_ip_size(address->family);
	netlink_u32(table[IFA_FLAGS], &address->flags);
	address->has_broadcast =
	    netlink_copy(table[IFA_BROADCAST], address->broadcast, sizeof(address->broadcast));
	/* On a point-to-point link IFA_ADDRESS is the peer's (if_addr.h). */
	return netlink_copy(table[IFA_LOCAL] ? table[IFA_LOCAL] : table[IFA_ADDRESS], address->ip,
			    size);
}

static int address_take(const struct nlmsghdr *message, void *context)
{
	const struct listing *listing = context;
	const struct ifaddrmsg *header = NLMSG_DATA(message);
	struct net_address address;

	if (message->nlmsg_type != RTM_NEWADDR)
		return 0;
	if (message->nlmsg_len < NLMSG_HDRLEN + sizeof(*header))
		return malformed();
	if (!net_ip_size(header->ifa_family))
		return 0;
	return address_parse(message, &address) ? listing->take.address(&address, listing->context)
						: malformed();
}

static bool route_parse(const struct nlmsghdr *message, const struct nlattr *const *table,
			struct net_route *route)
{
	const struct rtmsg *header = NLMSG_DATA(message);
	size_t size = net_ip_size(header->rtm_family);
	uint32_t index = 0;

	*route = (struct net_route){ .family = header->rtm_family,
				     .prefix = header->rtm_dst_len,
				     .scope = header->rtm_scope,
				     .protocol = header->rtm_protocol,
				     .type = header->rtm_type,
				     .table = header->rtm_table,
				     .onlink = header->rtm_flags & RTNH_F_ONLINK };
	if (table[RTA_DST] && !netlink_copy(table[RTA_DST], route->ip, size))
		return false;
	netlink_u32(table[RTA_OIF], &index);
	route->index = (int)index;
	netlink_u32(table[RTA_PRIORITY], &route->metric);
	netlink_u32(table[RTA_TABLE], &route->table);
	route->has_gateway = netlink_copy(table[RTA_GATEWAY], route->gateway, size);
	route->has_source = netlink_copy(table[RTA_PREFSRC], route->source, size);
	return true;
}

static int route_take(const struct nlmsghdr *message, void *context)
{
	const struct listing *listing = context;
	const struct nlattr *table[ROUTE_ATTRIBUTES];
	const struct rtmsg *header = NLMSG_DATA(message);
	struct net_route route;

	if (message->nlmsg_type != RTM_NEWROUTE)
		return 0;
	if (!netlink_attributes(message, sizeof(*header), table, ROUTE_ATTRIBUTES))
		return malformed();
	if (!net_ip_size(header->rtm_family) || header->rtm_flags & RTM_F_CLONED ||
	    table[RTA_MULTIPATH])
		return 0;
	return route_parse(message, table, &route) ? listing->take.route(&route, listing->context)
						   : malformed();
}

static int neighbour_take(const struct nlmsghdr *message, void *context)
{
	const struct listing *listing = context;
	const struct nlattr *table[NEIGHBOUR_ATTRIBUTES];
	const struct ndmsg *header = NLMSG_DATA(message);
	struct net_neighbour neighbour;

	if (message->nlmsg_type != RTM_NEWNEIGH)
		return 0;
	if (!netlink_attributes(message, sizeof(*header), table, NEIGHBOUR_ATTRIBUTES))
		return malformed();
	neighbour = (struct net_neighbour){ .index = header->ndm_ifindex,
					    .family = header->ndm_family,
					    .state = header->ndm_state };
	if (!net_ip_size(neighbour.family))
		return 0;
	if (!netlink_copy(table[NDA_DST], neighbour.ip, net_ip_size(neighbour.family)))
		return malformed();
	neighbour.has_mac = netlink_copy(table[NDA_LLADDR], neighbour.mac, sizeof(neighbour.mac));
	return listing->take.neighbour(&neighbour, listing->context);
}

int link_list(struct netlink *netlink, net_link_taker *take, void *context)
{
	struct listing listing = { .take.link = take, .context = context };
	const struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	struct netlink_request request;

	netlink_begin(&request, RTM_GETLINK, 0, &header, sizeof(header));
	return netlink_dump(netlink, &request, link_take, &listing);
}

int address_list(struct netlink *netlink, net_address_taker *take, void *context)
{
	struct listing listing = { .take.address = take, .context = context };
	const struct ifaddrmsg header = { .ifa_family = AF_UNSPEC };
	struct netlink_request request;

	netlink_begin(&request, RTM_GETADDR, 0, &header, sizeof(header));
	return netlink_dump(netlink, &request, address_take, &listing);
}

int route_list(struct netlink *netlink, net_route_taker *take, void *context)
{
	struct listing listing = { .take.route = take, .context = context };
	const struct rtmsg header = { .rtm_family = AF_UNSPEC };
	struct netlink_request request;

	netlink_begin(&request, RTM_GETROUTE, 0, &header, sizeof(header));
	return netlink_dump(netlink, &request, route_take, &listing);
}

int neighbour_list(struct netlink *netlink, net_neighbour_taker *take, void *context)
{
	struct listing listing = { .take.neighbour = take, .context = context };
	const struct ndmsg header = { .ndm_family = AF_UNSPEC };
	struct netlink_request request;

	netlink_begin(&request, RTM_GETNEIGH, 0, &header, sizeof(header));
	return netlink_dump(netlink, &request, neighbour_take, &listing);
}

/* What is looked for, any of these, and where the finding goes. With a device, a MAC means only
 * links of no device. */
struct link_search {
	const char *name;
	const char *device;
	const uint8_t *mac;
	int index;
	struct net_link *found;
};

#define LINK_FOUND 1

static int link_match(const struct net_link *link, void *context)
{
	const struct link_search *search = context;

	bool is_it =
	    (search->name && strcmp(search->name, link->name) == 0) ||
	    (search->device && strcmp(search->device, link->device) == 0) ||
	    (search->mac && link->has_mac && memcmp(search->mac, link->mac, MAC_SIZE) == 0 &&
	     !(search->device && link->device[0])) ||
	    (search->index && search->index == link->index);

	if (!is_it)
		return 0;
	*search->found = *link;
	return LINK_FOUND;
}

/* LINK_FOUND, 0 or -1. A list that changed while it was read is read again: a few times, for the
 * caller's wait must end. */
static int link_search(struct netlink *netlink, struct link_search *search)
{
	int found = -1;

	for (int attempt = 0; attempt < 8; attempt++) {
		found = link_list(netlink, link_match, search);
		if (found >= 0 || errno != EAGAIN)
			break;
	}
	return found;
}

int link_find(struct netlink *netlink, const char *name, struct net_link *link)
{
	struct link_search search = { .name = name, .found = link };
	int found = link_search(netlink, &search);

	if (found == 0)
		errno = ENODEV;
	return found == LINK_FOUND ? 0 : -1;
}

static int link_await(struct link_search *search, int timeout_ms)
{
	struct netlink events, netlink;
	int64_t deadline = clock_ms() + timeout_ms;
	int found;

	/* Subscribed before the first look, and on a socket of its own: events do not mix with
	 * answers and none is missed. */
	if (netlink_open(&events, RTMGRP_LINK) < 0)
		return -1;
	if (netlink_open(&netlink, 0) < 0) {
		netlink_close(&events);
		return -1;
	}
	while ((found = link_search(&netlink, search)) == 0) {
		int64_t left = deadline - clock_ms();

		if (netlink_wait(&events, left > 0 ? (int)left : 0) < 0)
			break;
	}
	netlink_close(&netlink);
	netlink_close(&events);
	return found == LINK_FOUND ? 0 : -1;
}

int link_await_mac(const uint8_t mac[MAC_SIZE], int timeout_ms, struct net_link *link)
{
	return link_await(&(struct link_search){ .mac = mac, .found = link }, timeout_ms);
}

int link_await_device(const char *name, const char *device, int timeout_ms, struct net_link *link)
{
	struct link_search search = { .name = name, .device = device, .found = link };

	return link_await(&search, timeout_ms);
}

int link_await_vif(const char *device, const uint8_t mac[MAC_SIZE], int timeout_ms,
		   struct net_link *link)
{
	struct link_search search = { .device = device, .mac = mac, .found = link };

	return link_await(&search, timeout_ms);
}

int link_change(struct netlink *netlink, int index, const struct link_change *change)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC, .ifi_index = index };
	struct netlink_request request;

	if (change->state != LINK_SAME_STATE)
		header.ifi_change = IFF_UP;
	if (change->state == LINK_UP)
		header.ifi_flags = IFF_UP;
	netlink_begin(&request, RTM_NEWLINK, 0, &header, sizeof(header));
	if (change->name)
		netlink_put_text(&request, IFLA_IFNAME, change->name);
	if (change->mac)
		netlink_put(&request, IFLA_ADDRESS, change->mac, MAC_SIZE);
	if (change->mtu)
		netlink_put_u32(&request, IFLA_MTU, change->mtu);
	if (change->netns_fd >= 0)
		netlink_put_u32(&request, IFLA_NET_NS_FD, (uint32_t)change->netns_fd);
	return netlink_do(netlink, &request);
}

static int link_drop_alternative(struct netlink *netlink, int index, const char *name)
{
	const struct ifinfomsg header = { .ifi_family = AF_UNSPEC, .ifi_index = index };
	struct netlink_request request;
	size_t names;

	netlink_begin(&request, RTM_DELLINKPROP, 0, &header, sizeof(header));
	names = netlink_nest_begin(&request, IFLA_PROP_LIST);
	netlink_put_text(&request, IFLA_ALT_IFNAME, name);
	netlink_nest_end(&request, names);
	return netlink_do(netlink, &request);
}

int link_drop_alternatives(struct netlink *netlink, int index)
{
	struct net_link link;
	struct link_search search = { .index = index, .found = &link };
	int found;

	for (int i = 0; i < LINK_NAMES_MAX; i++) {
		found = link_search(netlink, &search);
		if (found != LINK_FOUND || !link.alternative[0])
			return found < 0 ? -1 : 0;
		/* ENOENT: whoever gave the name took it away meanwhile. */
		if (link_drop_alternative(netlink, index, link.alternative) < 0 && errno != ENOENT)
			return -1;
	}
	errno = E2BIG;
	return -1;
}

int link_keep_silent(struct netlink *netlink, int index)
{
	const struct ifinfomsg header = { .ifi_family = AF_UNSPEC, .ifi_index = index };
	const uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
	struct netlink_request request;
	size_t families, six;

	netlink_begin(&request, RTM_NEWLINK, 0, &header, sizeof(header));
	families = netlink_nest_begin(&request, IFLA_AF_SPEC);
	six = netlink_nest_begin(&request, AF_INET6);
	netlink_put(&request, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof(mode));
	netlink_nest_end(&request, six);
	netlink_nest_end(&request, families);
	if (netlink_do(netlink, &request) < 0 && errno != EAFNOSUPPORT)
		return -1;
	return 0;
}

/* RTM_NEWADDR or RTM_DELADDR. */
static int address_request(struct netlink *netlink, uint16_t type, uint16_t flags,
			   const struct net_address *address)
{
	struct ifaddrmsg header = { .ifa_family = address->family,
				    .ifa_prefixlen = address->prefix,
				    .ifa_scope = address->scope,
				    .ifa_index = (uint32_t)address->index };
	size_t size = net_ip_size(address->family);
	struct netlink_request request;

	netlink_begin(&request, type, flags, &header, sizeof(header));
	netlink_put(&request, IFA_LOCAL, address->ip, size);
	netlink_put(&request, IFA_ADDRESS, address->ip, size);
	if (address->has_broadcast)
		netlink_put(&request, IFA_BROADCAST, address->broadcast,
			    sizeof(address->broadcast));
	if (address->family == AF_INET6)
		netlink_put_u32(&request, IFA_FLAGS, IFA_F_NODAD);
	return netlink_do(netlink, &request);
}

int address_add(struct netlink *netlink, const struct net_address *address)
{
	return address_request(netlink, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, address);
}

int address_remove(struct netlink *netlink, const struct net_address *address)
{
	return address_request(netlink, RTM_DELADDR, 0, address);
}

/* RTM_NEWROUTE or RTM_DELROUTE. */
static int route_request(struct netlink *netlink, uint16_t type, uint16_t flags,
			 const struct net_route *route)
{
	struct rtmsg header = { .rtm_family = route->family,
				.rtm_dst_len = route->prefix,
				.rtm_table = RT_TABLE_MAIN,
				.rtm_protocol = route->protocol ? route->protocol : RTPROT_STATIC,
				.rtm_scope = route->scope,
				.rtm_type = RTN_UNICAST,
				.rtm_flags = route->onlink ? RTNH_F_ONLINK : 0 };
	size_t size = net_ip_size(route->family);
	struct netlink_request request;

	netlink_begin(&request, type, flags, &header, sizeof(header));
	if (route->prefix)
		netlink_put(&request, RTA_DST, route->ip, size);
	if (route->has_gateway)
		netlink_put(&request, RTA_GATEWAY, route->gateway, size);
	if (route->has_source)
		netlink_put(&request, RTA_PREFSRC, route->source, size);
	if (route->index)
		netlink_put_u32(&request, RTA_OIF, (uint32_t)route->index);
	if (route->metric)
		netlink_put_u32(&request, RTA_PRIORITY, route->metric);
	return netlink_do(netlink, &request);
}

int route_add(struct netlink *netlink, const struct net_route *route)
{
	return route_request(netlink, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route);
}

int route_remove(struct netlink *netlink, const struct net_route *route)
{
	return route_request(netlink, RTM_DELROUTE, 0, route);
}

/* RTM_NEWNEIGH or RTM_DELNEIGH. */
static int neighbour_request(struct netlink *netlink, uint16_t type, uint16_t flags,
			     const struct net_neighbour *neighbour)
{
	struct ndmsg header = { .ndm_family = neighbour->family,
				.ndm_ifindex = neighbour->index,
				.ndm_state = NUD_PERMANENT };
	struct netlink_request request;

	netlink_begin(&request, type, flags, &header, sizeof(header));
	netlink_put(&request, NDA_DST, neighbour->ip, net_ip_size(neighbour->family));
	netlink_put(&request, NDA_LLADDR, neighbour->mac, sizeof(neighbour->mac));
	return netlink_do(netlink, &request);
}

int neighbour_add(struct netlink *netlink, const struct net_neighbour *neighbour)
{
	return neighbour_request(netlink, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, neighbour);
}

int neighbour_remove(struct netlink *netlink, const struct net_neighbour *neighbour)
{
	return neighbour_request(netlink, RTM_DELNEIGH, 0, neighbour);
}
