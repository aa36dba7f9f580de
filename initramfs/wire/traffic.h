/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_TRAFFIC_H
#define XEN_RUNC_WIRE_TRAFFIC_H

#include "netlink.h"

/*
 * The tc(8) rules that join two links of one netns: what comes in on one goes out on the other
 * before the netns's own stack sees it. Functions return 0, or -1 with errno.
 */

/* Makes the link ready for filters on what comes in, and removes ours of an earlier joining. */
int traffic_prepare(struct netlink *netlink, int index);

/* Everything that comes in on `from` goes out on `to`. Needs cls_matchall and act_mirred. */
int traffic_redirect(struct netlink *netlink, int from, int to);

/*
 * Exceptions to traffic_redirect for what the netns's own stack waits for when a program in it, as
 * dockerd's resolver, asks outside: answers of address resolution reach both the stack and `to`,
 * answers of name servers to the local ports TRAFFIC_PORT_FIRST..LAST only the stack. Needs
 * cls_u32.
 */
int traffic_keep_answers(struct netlink *netlink, int from, int to);

/* Above the local ports that Linux gives out by itself (32768-60999), so a guest seldom uses them.
 * A power of two of ports, aligned to it: tc compares them under a mask. */
#define TRAFFIC_PORT_FIRST 61440
#define TRAFFIC_PORT_LAST 65535

#endif
