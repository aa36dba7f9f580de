/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_TRAFFIC_H
#define XEN_RUNC_WIRE_TRAFFIC_H

#include "netlink.h"

/*
 * The tc(8) rules that join two links of one netns: what comes in on one goes out on the other
 * before the netns's own stack sees it. Functions return 0, or -1 with errno.
 */

/* Gives the link a clsact qdisc, which holds filters for what comes in. EEXIST if it has one. */
int traffic_prepare(struct netlink *netlink, int index);

/* Filters are tried in the order of their priority, low first. */
enum traffic_priority {
	TRAFFIC_EXCEPTIONS = 10, /* what the netns's own stack must see, as earlier filters */
	TRAFFIC_REDIRECT = 100,	 /* everything else */
};

/* Everything that comes in on `from` goes out on `to`. Needs cls_matchall and act_mirred. */
int traffic_redirect(struct netlink *netlink, int from, int to);

#endif
