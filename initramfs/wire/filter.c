/* SPDX-License-Identifier: Apache-2.0 */
#include "filter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_gact.h>
#include <linux/tc_act/tc_mirred.h>
#include <string.h>

static struct tcmsg filter_header(int index, uint16_t priority, uint16_t protocol)
{
	return (struct tcmsg){
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = index,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
		.tcm_info = TC_H_MAKE((uint32_t)priority << 16, htons(protocol)),
	};
}

size_t filter_keys(const struct filter *filter)
{
	size_t count = 0;

	while (count < FILTER_KEYS_MAX && filter->keys[count].mask)
		count++;
	return count;
}

/* struct tc_u32_sel and its keys, which follow it. */
static void put_keys(struct netlink_request *request, const struct filter *filter)
{
	uint8_t bytes[sizeof(struct tc_u32_sel) + FILTER_KEYS_MAX * sizeof(struct tc_u32_key)];
	struct tc_u32_sel selector = { .flags = TC_U32_TERMINAL };
	size_t length = sizeof(selector);

	selector.nkeys = (uint8_t)filter_keys(filter);
	memcpy(bytes, &selector, sizeof(selector));
	for (size_t i = 0; i < selector.nkeys; i++) {
		struct tc_u32_key key = { .mask = htonl(filter->keys[i].mask),
					  .val = htonl(filter->keys[i].value),
					  .off = filter->keys[i].offset };

		memcpy(bytes + length, &key, sizeof(key));
		length += sizeof(key);
	}
	netlink_put(request, TCA_U32_SEL, bytes, length);
}

static void put_mirred(struct netlink_request *request, const struct filter *filter)
{
	bool alone = filter->verdict == FILTER_REDIRECT;
	const struct tc_mirred mirred = { .action = alone ? TC_ACT_STOLEN : TC_ACT_OK,
					  .eaction = alone ? TCA_EGRESS_REDIR : TCA_EGRESS_MIRROR,
					  .ifindex = filter->target };
	size_t options;

	netlink_put_text(request, TCA_ACT_KIND, "mirred");
	options = netlink_nest_begin(request, TCA_ACT_OPTIONS);
	netlink_put(request, TCA_MIRRED_PARMS, &mirred, sizeof(mirred));
	netlink_nest_end(request, options);
}

static void put_gact(struct netlink_request *request, int action)
{
	const struct tc_gact gact = { .action = action };
	size_t options;

	netlink_put_text(request, TCA_ACT_KIND, "gact");
	options = netlink_nest_begin(request, TCA_ACT_OPTIONS);
	netlink_put(request, TCA_GACT_PARMS, &gact, sizeof(gact));
	netlink_nest_end(request, options);
}

/* The list of one action. A filter without any ends the search: the packet goes up the stack. */
static void put_verdict(struct netlink_request *request, uint16_t list, const struct filter *filter)
{
	size_t actions, first;

	if (filter->verdict == FILTER_KEEP)
		return;
	actions = netlink_nest_begin(request, list);
	first = netlink_nest_begin(request, 1);
	if (filter->verdict == FILTER_DROP)
		put_gact(request, TC_ACT_SHOT);
	else if (filter->verdict == FILTER_GO)
		put_gact(request, (int)(TC_ACT_GOTO_CHAIN | filter->target));
	else
		put_mirred(request, filter);
	netlink_nest_end(request, first);
	netlink_nest_end(request, actions);
}

int filter_add(struct netlink *netlink, int index, const struct filter *filter)
{
	const struct tcmsg header = filter_header(index, filter->priority, filter->protocol);
	bool keyed = filter_keys(filter) > 0;
	struct netlink_request request;
	size_t options;

	netlink_begin(&request, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	netlink_put_text(&request, TCA_KIND, keyed ? "u32" : "matchall");
	if (filter->chain)
		netlink_put_u32(&request, TCA_CHAIN, filter->chain);
	options = netlink_nest_begin(&request, TCA_OPTIONS);
	if (keyed)
		put_keys(&request, filter);
	put_verdict(&request, keyed ? TCA_U32_ACT : TCA_MATCHALL_ACT, filter);
	netlink_nest_end(&request, options);
	return netlink_do(netlink, &request);
}

int filter_clear(struct netlink *netlink, int index, uint16_t priority)
{
	const struct tcmsg header = filter_header(index, priority, 0);
	struct netlink_request request;

	netlink_begin(&request, RTM_DELTFILTER, 0, &header, sizeof(header));
	if (netlink_do(netlink, &request) == 0 || errno == ENOENT)
		return 0;
	return -1;
}
