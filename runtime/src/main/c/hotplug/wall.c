/* SPDX-License-Identifier: Apache-2.0 */
#include "wall.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Who sent a frame is asked first, then what it is, then for whom it speaks. Each chain ends with a
 * filter that drops. */
enum wall_chain {
	CHAIN_SENDER, /* chain 0, which every frame enters */
	CHAIN_KIND,
	CHAIN_ARP,	  /* the sender's addresses */
	CHAIN_IPV4,	  /* the source */
	CHAIN_IPV6,	  /* the source */
	CHAIN_ADVERTISED, /* a neighbour advertisement's target */
	CHAIN_PROBED,	  /* the target of a solicitation from :: */
	CHAIN_REPORT,	  /* an MLD report's source */
	CHAIN_IGMP,	  /* an IGMP message's type */
	CHAIN_COUNT,
};

/* One priority for each protocol: a packet that is too short for one of its filters is taken by
 * none of the later ones. */
enum wall_priority {
	PRIORITY_ARP = 10,
	PRIORITY_IPV4 = 11,
	PRIORITY_IPV6 = 12,
	PRIORITY_ALL = 13,
	PRIORITY_REST = 100,
};

/* IANA's IPv6 extension headers, but ESP, behind which nothing can be seen. */
enum extension_header {
	HOP_BY_HOP = 0,
	ROUTING = 43,
	FRAGMENT = 44,
	AUTHENTICATION = 51,
	DESTINATION_OPTIONS = 60,
	MOBILITY = 135,
	HOST_IDENTITY = 139,
	SHIM6 = 140,
	EXPERIMENT_1 = 253,
	EXPERIMENT_2 = 254,
};

enum icmpv4_type {
	REDIRECT = 5,
	ROUTER_ADVERTISEMENT = 9,
};

enum igmp_type {
	IGMP_REPORT = 0x12,
	IGMP2_REPORT = 0x16,
	IGMP2_LEAVE = 0x17,
	IGMP3_REPORT = 0x22,
};

enum icmpv6_type {
	ECHO_REQUEST = 128,
	MLD_REPORT = 131,
	MLD_DONE = 132,
	ROUTER_SOLICITATION = 133,
	NEIGHBOUR_SOLICITATION = 135,
	NEIGHBOUR_ADVERTISEMENT = 136,
	MLD2_REPORT = 143,
};

/* Words of a packet, each a struct packet_key. */

#define WORD(at, word) (at), 0xffffffff, (word)

/* RFC 826: Ethernet and IPv4, then the sizes of their addresses and the opcode. */
#define ARP_ETHERNET_IPV4 WORD(0, 0x00010800)
#define ARP_OPCODE(opcode) WORD(4, 0x06040000 | (opcode))

/* RFC 791. */
#define IPV4 0, 0xf0000000, 0x40000000
#define IPV4_WITHOUT_OPTIONS 0, 0xff000000, 0x45000000
/* RFC 2113: the router alert, and nothing else. */
#define IPV4_WITH_ONE_OPTION 0, 0xff000000, 0x46000000
#define ALERT WORD(20, 0x94040000)
#define IPV4_FIRST_FRAGMENT 4, 0x00001fff, 0
#define CARRIES(protocol) 8, 0x00ff0000, (protocol) << 16

/* RFC 8200. What follows a base header is at 40, what follows a fragment header at 48. */
#define IPV6 0, 0xf0000000, 0x60000000
#define NEXT(header) 4, 0x0000ff00, (header) << 8
#define NEXT_WITH_ONE_HOP(header) 4, 0x0000ffff, (header) << 8 | 1
#define HIDDEN(header) 40, 0xff000000, (uint32_t)(header) << 24
#define HIDDEN_FIRST_FRAGMENT(header) 40, 0xff00fff8, (uint32_t)(header) << 24

/* RFC 2710: a hop-by-hop header with ICMPv6 next, the router alert for MLD, and padding. */
#define ALERT_BEFORE_ICMPV6 WORD(40, 0x3a000502)
#define ALERT_FOR_MLD WORD(44, 0x00000100)

#define TYPE(at, type) (at), 0xff000000, (uint32_t)(type) << 24
/* Request and reply, which differ in the last bit. */
#define ECHO(at) (at), 0xfe000000, (uint32_t)ECHO_REQUEST << 24
#define ERROR(at) (at), 0x80000000, 0

#define FROM_PORT(at, port) (at), 0xffff0000, (port) << 16
#define TO_PORT(at, port) (at), 0x0000ffff, (port)

#define IN_ARP .chain = CHAIN_KIND, .priority = PRIORITY_ARP, .protocol = ETH_P_ARP
#define IN_IPV4 .chain = CHAIN_KIND, .priority = PRIORITY_IPV4, .protocol = ETH_P_IP
#define IN_IGMP .chain = CHAIN_IGMP, .priority = PRIORITY_IPV4, .protocol = ETH_P_IP
#define IN_IPV6 .chain = CHAIN_KIND, .priority = PRIORITY_IPV6, .protocol = ETH_P_IPV6
#define IN_REPORT .chain = CHAIN_REPORT, .priority = PRIORITY_IPV6, .protocol = ETH_P_IPV6
#define DROP .verdict = FILTER_DROP
#define OUT .verdict = FILTER_REDIRECT
#define GO(chain_) .verdict = FILTER_GO, .target = (chain_)

/* What does not depend on the container, but for what list_unwanted_next and list_igmp_reports add.
 * The order is meaning: of a protocol's filters the first that fits takes the packet. What is
 * frequent comes early. */
static const struct filter kinds[] = {
	{ IN_ARP, GO(CHAIN_ARP), .keys = { { ARP_ETHERNET_IPV4 }, { ARP_OPCODE(1) } } },
	{ IN_ARP, GO(CHAIN_ARP), .keys = { { ARP_ETHERNET_IPV4 }, { ARP_OPCODE(2) } } },

	{ IN_IPV4, DROP,
	  .keys = { { CARRIES(IPPROTO_UDP) }, { IPV4_FIRST_FRAGMENT }, { FROM_PORT(20, 67) } } },
	{ IN_IPV4, DROP,
	  .keys = { { CARRIES(IPPROTO_UDP) }, { IPV4_FIRST_FRAGMENT }, { TO_PORT(20, 68) } } },
	{ IN_IPV4, DROP,
	  .keys = { { CARRIES(IPPROTO_ICMP) }, { IPV4_FIRST_FRAGMENT }, { TYPE(20, REDIRECT) } } },
	{ IN_IPV4, DROP,
	  .keys = { { CARRIES(IPPROTO_ICMP) },
		    { IPV4_FIRST_FRAGMENT },
		    { TYPE(20, ROUTER_ADVERTISEMENT) } } },
	{ IN_IPV4, GO(CHAIN_IGMP), .keys = { { CARRIES(IPPROTO_IGMP) }, { IPV4_FIRST_FRAGMENT } } },
	{ IN_IPV4, DROP, .keys = { { CARRIES(IPPROTO_IGMP) } } },
	{ IN_IPV4, DROP, .keys = { { CARRIES(IPPROTO_PIM) } } },
	{ IN_IPV4, GO(CHAIN_IPV4), .keys = { { IPV4_WITHOUT_OPTIONS } } },
	{ IN_IPV4, DROP, .keys = { { CARRIES(IPPROTO_ICMP) } } },
	{ IN_IPV4, DROP, .keys = { { CARRIES(IPPROTO_UDP) } } },
	{ IN_IPV4, GO(CHAIN_IPV4), .keys = { { IPV4 } } },

	{ IN_IPV6, GO(CHAIN_IPV6), .keys = { { NEXT(IPPROTO_TCP) } } },
	{ IN_IPV6, DROP, .keys = { { NEXT(IPPROTO_UDP) }, { FROM_PORT(40, 547) } } },
	{ IN_IPV6, DROP, .keys = { { NEXT(IPPROTO_UDP) }, { TO_PORT(40, 546) } } },
	{ IN_IPV6, GO(CHAIN_IPV6), .keys = { { NEXT(IPPROTO_UDP) } } },
	{ IN_IPV6, GO(CHAIN_IPV6), .keys = { { NEXT(IPPROTO_ICMPV6) }, { ECHO(40) } } },
	{ IN_IPV6, GO(CHAIN_PROBED),
	  .keys = { { NEXT(IPPROTO_ICMPV6) },
		    { TYPE(40, NEIGHBOUR_SOLICITATION) },
		    { WORD(8, 0) },
		    { WORD(12, 0) },
		    { WORD(16, 0) },
		    { WORD(20, 0) } } },
	{ IN_IPV6, GO(CHAIN_IPV6),
	  .keys = { { NEXT(IPPROTO_ICMPV6) }, { TYPE(40, NEIGHBOUR_SOLICITATION) } } },
	{ IN_IPV6, GO(CHAIN_ADVERTISED),
	  .keys = { { NEXT(IPPROTO_ICMPV6) }, { TYPE(40, NEIGHBOUR_ADVERTISEMENT) } } },
	{ IN_IPV6, GO(CHAIN_IPV6),
	  .keys = { { NEXT(IPPROTO_ICMPV6) }, { TYPE(40, ROUTER_SOLICITATION) } } },
	{ IN_IPV6, GO(CHAIN_IPV6), .keys = { { NEXT(IPPROTO_ICMPV6) }, { ERROR(40) } } },
	{ IN_IPV6, DROP, .keys = { { NEXT(IPPROTO_ICMPV6) } } },
	{ IN_IPV6, GO(CHAIN_REPORT),
	  .keys = { { NEXT_WITH_ONE_HOP(HOP_BY_HOP) },
		    { ALERT_BEFORE_ICMPV6 },
		    { ALERT_FOR_MLD },
		    { TYPE(48, MLD2_REPORT) } } },
	{ IN_IPV6, GO(CHAIN_REPORT),
	  .keys = { { NEXT_WITH_ONE_HOP(HOP_BY_HOP) },
		    { ALERT_BEFORE_ICMPV6 },
		    { ALERT_FOR_MLD },
		    { TYPE(48, MLD_REPORT) } } },
	{ IN_IPV6, GO(CHAIN_REPORT),
	  .keys = { { NEXT_WITH_ONE_HOP(HOP_BY_HOP) },
		    { ALERT_BEFORE_ICMPV6 },
		    { ALERT_FOR_MLD },
		    { TYPE(48, MLD_DONE) } } },
	{ IN_IPV6, GO(CHAIN_IPV6),
	  .keys = { { NEXT(FRAGMENT) }, { HIDDEN_FIRST_FRAGMENT(IPPROTO_ICMPV6) }, { ECHO(48) } } },
	{ IN_IPV6, DROP,
	  .keys = { { NEXT(FRAGMENT) }, { HIDDEN_FIRST_FRAGMENT(IPPROTO_ICMPV6) } } },
	{ IN_IPV6, DROP,
	  .keys = { { NEXT(FRAGMENT) },
		    { HIDDEN_FIRST_FRAGMENT(IPPROTO_UDP) },
		    { FROM_PORT(48, 547) } } },
	{ IN_IPV6, DROP,
	  .keys = { { NEXT(FRAGMENT) },
		    { HIDDEN_FIRST_FRAGMENT(IPPROTO_UDP) },
		    { TO_PORT(48, 546) } } },

	{ IN_REPORT, OUT,
	  .keys = { { WORD(8, 0) }, { WORD(12, 0) }, { WORD(16, 0) }, { WORD(20, 0) } } },
	{ IN_REPORT, GO(CHAIN_IPV6), .keys = { { IPV6 } } },
};

static uint32_t word(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* What may follow neither an IPv6 header nor a fragment header, which alone may come between: other
 * extension headers, and what multicast routers say. */
static const uint8_t unwanted_next[] = {
	HOP_BY_HOP,    ROUTING, FRAGMENT,     AUTHENTICATION, DESTINATION_OPTIONS, MOBILITY,
	HOST_IDENTITY, SHIM6,	EXPERIMENT_1, EXPERIMENT_2,   IPPROTO_PIM,
};

/* What hosts tell of the groups that they are in. */
static const uint8_t igmp_reports[] = { IGMP_REPORT, IGMP2_REPORT, IGMP2_LEAVE, IGMP3_REPORT };

/* 16 bytes from `at` are this address. */
static void put_ipv6(struct filter *filter, int at, const uint8_t *ip)
{
	for (int i = 0; i < 4; i++)
		filter->keys[i] = (struct packet_key){ WORD(at + 4 * i, word(ip + 4 * i)) };
}

/* How the filters of a wall are handed on. */
struct list {
	const struct wall *wall;
	wall_taker *take;
	void *context;
};

static int list_kinds(const struct list *list)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct filter filter = kinds[i];
		int result;

		if (filter.protocol == ETH_P_IPV6 && !list->wall->ipv6)
			continue;
		if (filter.verdict == FILTER_REDIRECT)
			filter.target = list->wall->interface;
		result = list->take(&filter, list->context);
		if (result)
			return result;
	}
	return 0;
}

/* What is left of IPv6 when these are dropped goes on. */
static int list_unwanted_next(const struct list *list)
{
	const struct filter others = { IN_IPV6, GO(CHAIN_IPV6), .keys = { { IPV6 } } };

	if (!list->wall->ipv6)
		return 0;
	for (size_t i = 0; i < sizeof(unwanted_next); i++) {
		const uint8_t next = unwanted_next[i];
		const struct filter hidden = { IN_IPV6, DROP,
					       .keys = { { NEXT(FRAGMENT) }, { HIDDEN(next) } } };
		const struct filter shown = { IN_IPV6, DROP, .keys = { { NEXT(next) } } };
		int result = list->take(&hidden, list->context);

		if (result == 0 && next != FRAGMENT)
			result = list->take(&shown, list->context);
		if (result)
			return result;
	}
	return list->take(&others, list->context);
}

static int list_igmp_reports(const struct list *list)
{
	for (size_t i = 0; i < sizeof(igmp_reports); i++) {
		const uint8_t type = igmp_reports[i];
		const struct filter alone = {
			IN_IGMP,
			GO(CHAIN_IPV4),
			.keys = { { IPV4_WITHOUT_OPTIONS }, { TYPE(20, type) } },
		};
		const struct filter alerting = {
			IN_IGMP,
			GO(CHAIN_IPV4),
			.keys = { { IPV4_WITH_ONE_OPTION }, { ALERT }, { TYPE(24, type) } },
		};
		int result = list->take(&alone, list->context);

		if (result == 0)
			result = list->take(&alerting, list->context);
		if (result)
			return result;
	}
	return 0;
}

static int list_ipv4(const struct list *list, const uint8_t *ip)
{
	const uint8_t *mac = list->wall->mac;
	const struct filter arp = {
		.chain = CHAIN_ARP,
		.priority = PRIORITY_ARP,
		.protocol = ETH_P_ARP,
		OUT,
		.target = list->wall->interface,
		.keys = { { WORD(8, word(mac)) },
			  { WORD(12, (uint32_t)mac[4] << 24 | (uint32_t)mac[5] << 16 |
					 word(ip) >> 16) },
			  { 16, 0xffff0000, word(ip) << 16 } },
	};
	const struct filter source = {
		.chain = CHAIN_IPV4,
		.priority = PRIORITY_IPV4,
		.protocol = ETH_P_IP,
		OUT,
		.target = list->wall->interface,
		.keys = { { WORD(12, word(ip)) } },
	};
	int result = list->take(&arp, list->context);

	return result ? result : list->take(&source, list->context);
}

static int list_ipv6(const struct list *list, const uint8_t *ip)
{
	struct filter filter = { .chain = CHAIN_IPV6,
				 .priority = PRIORITY_IPV6,
				 .protocol = ETH_P_IPV6,
				 OUT,
				 .target = list->wall->interface };
	int result;

	put_ipv6(&filter, 8, ip);
	result = list->take(&filter, list->context);
	if (result)
		return result;
	/* The target of either message is at the same place. */
	put_ipv6(&filter, 48, ip);
	filter.chain = CHAIN_PROBED;
	result = list->take(&filter, list->context);
	if (result)
		return result;
	filter.chain = CHAIN_ADVERTISED;
	filter.verdict = FILTER_GO;
	filter.target = CHAIN_IPV6;
	return list->take(&filter, list->context);
}

static int list_addresses(const struct list *list)
{
	for (size_t i = 0; i < list->wall->count; i++) {
		const struct wall_address *address = &list->wall->addresses[i];
		int result = address->family == AF_INET ? list_ipv4(list, address->ip)
							: list_ipv6(list, address->ip);

		if (result)
			return result;
	}
	return 0;
}

static int list_rests(const struct list *list)
{
	struct filter rest = { .priority = PRIORITY_REST, .protocol = ETH_P_ALL, DROP };

	for (rest.chain = 0; rest.chain < CHAIN_COUNT; rest.chain++) {
		int result = list->take(&rest, list->context);

		if (result)
			return result;
	}
	return 0;
}

int wall_list(const struct wall *wall, wall_taker *take, void *context)
{
	const uint8_t *mac = wall->mac;
	const struct filter sender = {
		.chain = CHAIN_SENDER,
		.priority = PRIORITY_ALL,
		.protocol = ETH_P_ALL,
		GO(CHAIN_KIND),
		.keys = { { WORD(-8, word(mac)) },
			  { -4, 0xffff0000, (uint32_t)mac[4] << 24 | (uint32_t)mac[5] << 16 } },
	};
	const struct list list = { .wall = wall, .take = take, .context = context };
	int result = list_rests(&list);

	if (result == 0)
		result = list_kinds(&list);
	if (result == 0)
		result = list_unwanted_next(&list);
	if (result == 0)
		result = list_igmp_reports(&list);
	if (result == 0)
		result = list_addresses(&list);
	return result ? result : take(&sender, context);
}
