/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOTPLUG_WALL_BUILD_H
#define XEN_RUNC_HOTPLUG_WALL_BUILD_H

#include "wall.h"

/* How a wall comes to be: from what an interface is, on a vif. */

/* Adds an address, which may be there. -1 with E2BIG. */
int wall_allow(struct wall *wall, uint8_t family, const uint8_t *ip);

/* A wall for the interface of this network namespace as it is now. -1 with errno: E2BIG for too
 * many addresses. */
int wall_plan(struct wall *wall, struct netlink *netlink, const struct net_link *interface);

/* Builds the wall on the vif, whose clsact is there (traffic_prepare). -1 with errno. */
int wall_build(const struct wall *wall, struct netlink *netlink, int vif);

#endif
