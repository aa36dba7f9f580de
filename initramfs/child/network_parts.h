/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_NETWORK_PARTS_H
#define XEN_RUNC_CHILD_NETWORK_PARTS_H

#include "payload.h"
#include "rtnetlink.h"

/* The groups of a PREPARE or a NETWORK as what rtnetlink takes. Functions with a result return -1
 * with errno if a link is not there. */

/* The link that a LINK means; waits so long for it. Opens netlink sockets of its own. */
int link_of(struct payload group, int timeout_ms, struct net_link *link);
/* The LINK of `payload` that means the same link as this one. */
bool link_counterpart(struct payload payload, struct payload link, struct payload *counterpart);
/* Whether a field of the same tag and bytes is in `payload`. */
bool field_stands(const struct field *wanted, struct payload payload);
/* Whether a ROUTE or NEIGHBOUR of `payload` is in `other`, too, and of the same link there. */
bool part_stands(const struct field *part, struct payload payload, struct payload other);
/* An ADDRESS of the link with this index. */
struct net_address address_of(struct payload group, int index);
int route_of(struct netlink *netlink, struct payload group, struct net_route *route);
int neighbour_of(struct netlink *netlink, struct payload group, struct net_neighbour *neighbour);

#endif
