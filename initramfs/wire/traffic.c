/* SPDX-License-Identifier: Apache-2.0 */
#include "traffic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <string.h>

/* Filters are tried in the order of their priority; one priority has one protocol. */
enum traffic_priority {
	PRIORITY_ARP = 10,
	PRIORITY_IPV6_NEIGHBOUR = 11,
	PRIORITY_IPV4_NAMES = 12,
	PRIORITY_IPV6_NAMES = 13,
	PRIORITY_REDIRECT = 100,
};

#define KEYS_MAX 3
#define DNS_PORT 53u
#define PORT_MASK (0xffffu - (TRAFFIC_PORT_LAST - TRAFFIC_PORT_FIRST))

/* 32 bits of a packet, counted from its network header, in host order. */
struct packet_key {
	int offset;
	uint32_t mask, value;
};

/* One thing that the netns's stack must see. */
struct packet_rule {
	enum traffic_priority priority;
	uint16_t protocol; /* ETH_P_* */
	bool shared;	   /* the guest must see it too */
	struct packet_key keys[KEYS_MAX];
};

/* IPv4 rules ask for a header without options (0x45), so that ports are at a known place. */
static const struct packet_rule answers[] = {
	/* ARP: opcode 2, RFC 826 */
	{ PRIORITY_ARP, ETH_P_ARP, true, { { 4, 0x0000ffff, 0x00000002 } } },
	/* neighbour advertisement: next header 58, type 136, RFC 4861 */
	{ PRIORITY_IPV6_NEIGHBOUR,
	  ETH_P_IPV6,
	  true,
	  { { 4, 0x0000ff00, 0x00003a00 }, { 40, 0xff000000, 0x88000000 } } },
	/* UDP, then TCP, from port 53 */
	{ PRIORITY_IPV4_NAMES,
	  ETH_P_IP,
	  false,
	  { { 0, 0xff000000, 0x45000000 },
	    { 8, 0x00ff0000, 0x00110000 },
	    { 20, 0xffff0000 | PORT_MASK, DNS_PORT << 16 | TRAFFIC_PORT_FIRST } } },
	{ PRIORITY_IPV4_NAMES,
	  ETH_P_IP,
	  false,
	  { { 0, 0xff000000, 0x45000000 },
	    { 8, 0x00ff0000, 0x00060000 },
	    { 20, 0xffff0000 | PORT_MASK, DNS_PORT << 16 | TRAFFIC_PORT_FIRST } } },
	{ PRIORITY_IPV6_NAMES,
	  ETH_P_IPV6,
	  false,
	  { { 4, 0x0000ff00, 0x00001100 },
	    { 40, 0xffff0000 | PORT_MASK, DNS_PORT << 16 | TRAFFIC_PORT_FIRST } } },
	{ PRIORITY_IPV6_NAMES,
	  ETH_P_IPV6,
	  false,
	  { { 4, 0x0000ff00, 0x00000600 },
	    { 40, 0xffff0000 | PORT_MASK, DNS_PORT << 16 | TRAFFIC_PORT_FIRST } } },
};

static struct tcmsg filter_header(int index, enum traffic_priority priority, uint16_t protocol)
{
	return (struct tcmsg){
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = index,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
		.tcm_info = TC_H_MAKE((uint32_t)priority << 16, htons(protocol)),
	};
}

static int qdisc_add(struct netlink *netlink, int index)
{
	const struct tcmsg header = { .tcm_family = AF_UNSPEC,
				      .tcm_ifindex = index,
				      .tcm_parent = TC_H_CLSACT,
				      .tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0) };
	struct netlink_request request;

	netlink_begin(&request, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	netlink_put_text(&request, TCA_KIND, "clsact");
	return netlink_do(netlink, &request);
}

static int priority_clear(struct netlink *netlink, int index, enum traffic_priority priority)
{
	const struct tcmsg header = filter_header(index, priority, 0);
	struct netlink_request request;

	netlink_begin(&request, RTM_DELTFILTER, 0, &header, sizeof(header));
	if (netlink_do(netlink, &request) == 0 || errno == ENOENT)
		return 0;
	return -1;
}

int traffic_prepare(struct netlink *netlink, int index)
{
	static const enum traffic_priority ours[] = { PRIORITY_ARP, PRIORITY_IPV6_NEIGHBOUR,
						      PRIORITY_IPV4_NAMES, PRIORITY_IPV6_NAMES,
						      PRIORITY_REDIRECT };

	if (qdisc_add(netlink, index) == 0)
		return 0;
	/* A network plugin may have put its own clsact there; it stays, with its filters. */
	if (errno != EEXIST)
		return -1;
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (priority_clear(netlink, index, ours[i]) < 0)
			return -1;
	}
	return 0;
}

/* The list of one action: send to link `to`, and then do `verdict` with the packet. */
static void put_mirred(struct netlink_request *request, uint16_t list, int to, int how, int verdict)
{
	struct tc_mirred mirred = { .action = verdict, .eaction = how, .ifindex = (uint32_t)to };
	size_t actions = netlink_nest_begin(request, list);
	size_t first = netlink_nest_begin(request, 1);
	size_t options;

	netlink_put_text(request, TCA_ACT_KIND, "mirred");
	options = netlink_nest_begin(request, TCA_ACT_OPTIONS);
	netlink_put(request, TCA_MIRRED_PARMS, &mirred, sizeof(mirred));
	netlink_nest_end(request, options);
	netlink_nest_end(request, first);
	netlink_nest_end(request, actions);
}

int traffic_redirect(struct netlink *netlink, int from, int to)
{
	const struct tcmsg header = filter_header(from, PRIORITY_REDIRECT, ETH_P_ALL);
	struct netlink_request request;
	size_t options;

	netlink_begin(&request, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	netlink_put_text(&request, TCA_KIND, "matchall");
	options = netlink_nest_begin(&request, TCA_OPTIONS);
	put_mirred(&request, TCA_MATCHALL_ACT, to, TCA_EGRESS_REDIR, TC_ACT_STOLEN);
	netlink_nest_end(&request, options);
	return netlink_do(netlink, &request);
}

/* struct tc_u32_sel and its keys, which follow it. */
static void put_keys(struct netlink_request *request, const struct packet_rule *rule)
{
	uint8_t bytes[sizeof(struct tc_u32_sel) + KEYS_MAX * sizeof(struct tc_u32_key)];
	struct tc_u32_sel selector = { .flags = TC_U32_TERMINAL };
	size_t length = sizeof(selector);

	for (size_t i = 0; i < KEYS_MAX && rule->keys[i].mask; i++) {
		struct tc_u32_key key = { .mask = htonl(rule->keys[i].mask),
					  .val = htonl(rule->keys[i].value),
					  .off = rule->keys[i].offset };

		memcpy(bytes + length, &key, sizeof(key));
		length += sizeof(key);
		selector.nkeys++;
	}
	memcpy(bytes, &selector, sizeof(selector));
	netlink_put(request, TCA_U32_SEL, bytes, length);
}

static int answer_keep(struct netlink *netlink, const struct packet_rule *rule, int from, int to)
{
	const struct tcmsg header = filter_header(from, rule->priority, rule->protocol);
	struct netlink_request request;
	size_t options;

	netlink_begin(&request, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	netlink_put_text(&request, TCA_KIND, "u32");
	options = netlink_nest_begin(&request, TCA_OPTIONS);
	put_keys(&request, rule);
	/* A filter without an action ends the search: the packet goes up the stack. */
	if (rule->shared)
		put_mirred(&request, TCA_U32_ACT, to, TCA_EGRESS_MIRROR, TC_ACT_OK);
	netlink_nest_end(&request, options);
	return netlink_do(netlink, &request);
}

int traffic_keep_answers(struct netlink *netlink, int from, int to)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (answer_keep(netlink, &answers[i], from, to) < 0)
			return -1;
	}
	return 0;
}
