/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_NETWORK_PARTS_H
#define XEN_RUNC_CHILD_NETWORK_PARTS_H

#include "payload.h"
#include "rtnetlink.h"

/* The groups of a PREPARE or a NETWORK as what rtnetlink takes. Functions with a result return -1
 * with errno if a link is not there. */

/* The link that a LINK means; waits so long for it. Opens netlink sockets of its own. */
int link_of(struct payload group, int timeout_ms, struct net_link *link);
/* Whether two LINKs mean one link. */
bool link_is_same(struct payload one, struct payload other);
/* An ADDRESS of the link with this index. */
struct net_address address_of(struct payload group, int index);
int route_of(struct netlink *netlink, struct payload group, struct net_route *route);
int neighbour_of(struct netlink *netlink, struct payload group, struct net_neighbour *neighbour);

#endif
