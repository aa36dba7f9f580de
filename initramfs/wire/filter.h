/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_FILTER_H
#define XEN_RUNC_WIRE_FILTER_H

#include "netlink.h"

/*
 * A filter of tc(8) on what comes in on a link (clsact's ingress): which packets it takes, and what
 * becomes of them.
 *
 * The kernel tries a chain's filters by priority, those of one priority in the order in which they
 * were added. One priority has one protocol: the ethertype, of a tagged frame 802.1Q or 802.1ad. A
 * packet that no filter of the chain takes goes up the netns's stack. A packet too short for a key
 * that is looked at is taken by none of the filters of that priority that come after (cls_u32.c).
 */

#define FILTER_KEYS_MAX 6

/* 32 bits of a packet, counted from its network header, in host order. The source MAC begins at -8.
 * Without a mask: none. */
struct packet_key {
	int offset;
	uint32_t mask, value;
};

enum filter_verdict {
	FILTER_KEEP,	 /* up the netns's stack */
	FILTER_DROP,	 /* nowhere */
	FILTER_REDIRECT, /* out on the link `target` */
	FILTER_SHARE,	 /* out on the link `target`, and up the stack, too */
	FILTER_GO,	 /* to the chain `target` */
};

struct filter {
	uint32_t chain;
	uint16_t priority;
	uint16_t protocol; /* ETH_P_* */
	enum filter_verdict verdict;
	uint32_t target;
	struct packet_key keys[FILTER_KEYS_MAX]; /* all of them; without any, every packet */
};

/* How many keys the filter has. */
size_t filter_keys(const struct filter *filter);

/* Adds the filter to the link's ingress, after those of its priority. Needs cls_u32 or, without
 * keys, cls_matchall; act_mirred or act_gact. -1 with errno. */
int filter_add(struct netlink *netlink, int index, const struct filter *filter);

/* Removes all filters of a priority of chain 0. -1 with errno; none is no error. */
int filter_clear(struct netlink *netlink, int index, uint16_t priority);

#endif
