/* SPDX-License-Identifier: Apache-2.0 */
#include "traffic.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "filter.h"

enum traffic_priority {
	PRIORITY_ARP = 10,
	PRIORITY_IPV6_NEIGHBOUR = 11,
	PRIORITY_IPV4_NAMES = 12,
	PRIORITY_IPV6_NAMES = 13,
	PRIORITY_REDIRECT = 100,
};

#define DNS_PORT 53u
#define PORT_MASK (0xffffu - (TRAFFIC_PORT_LAST - TRAFFIC_PORT_FIRST))

/* What the netns's stack must see; FILTER_SHARE: and the guest, too. IPv4 rules ask for a header
 * without options (0x45), so that ports are at a known place. */
static const struct filter answers[] = {
	/* ARP: opcode 2, RFC 826 */
	{ .priority = PRIORITY_ARP,
	  .protocol = ETH_P_ARP,
	  .verdict = FILTER_SHARE,
	  .keys = { { 4, 0x0000ffff, 0x00000002 } } },
	/* neighbour advertisement: next header 58, type 136, RFC 4861 */
	{ .priority = PRIORITY_IPV6_NEIGHBOUR,
	  .protocol = ETH_P_IPV6,
	  .verdict = FILTER_SHARE,
	  .keys = { { 4, 0x0000ff00, 0x00003a00 }, { 40, 0xff000000, 0x88000000 } } },
	/* UDP, then TCP, from port 53 */
	{ .priority = PRIORITY_IPV4_NAMES,
	  .protocol = ETH_P_IP,
	  .verdict = FILTER_KEEP,
	  .keys = { { 0, 0xff000000, 0x45000000 },
		    { 8, 0x00ff0000, 0x00110000 },
		    { 20, 0xffff0000 | PORT_MASK, DNS_PORT << 16 | TRAFFIC_PORT_FIRST } } },
	{ .priority = PRIORITY_IPV4_NAMES,
	  .protocol = ETH_P_IP,
	  .verdict = FILTER_KEEP,
	  .keys = { { 0, 0xff000000, 0x45000000 },
		    { 8, 0x00ff0000, 0x00060000 },
		    { 20, 0xffff0000 | PORT_MASK, DNS_PORT << 16 | TRAFFIC_PORT_FIRST } } },
	{ .priority = PRIORITY_IPV6_NAMES,
	  .protocol = ETH_P_IPV6,
	  .verdict = FILTER_KEEP,
	  .keys = { { 4, 0x0000ff00, 0x00001100 },
		    { 40, 0xffff0000 | PORT_MASK, DNS_PORT << 16 | TRAFFIC_PORT_FIRST } } },
	{ .priority = PRIORITY_IPV6_NAMES,
	  .protocol = ETH_P_IPV6,
	  .verdict = FILTER_KEEP,
	  .keys = { { 4, 0x0000ff00, 0x00000600 },
		    { 40, 0xffff0000 | PORT_MASK, DNS_PORT << 16 | TRAFFIC_PORT_FIRST } } },
};

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
		if (filter_clear(netlink, index, ours[i]) < 0)
			return -1;
	}
	return 0;
}

int traffic_redirect(struct netlink *netlink, int from, int to)
{
	const struct filter all = { .priority = PRIORITY_REDIRECT,
				    .protocol = ETH_P_ALL,
				    .verdict = FILTER_REDIRECT,
				    .target = (uint32_t)to };

	return filter_add(netlink, from, &all);
}

int traffic_keep_answers(struct netlink *netlink, int from, int to)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct filter answer = answers[i];

		answer.target = (uint32_t)to;
		if (filter_add(netlink, from, &answer) < 0)
			return -1;
	}
	return 0;
}
