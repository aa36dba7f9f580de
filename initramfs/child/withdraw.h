/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_WITHDRAW_H
#define XEN_RUNC_CHILD_WITHDRAW_H

#include "netlink.h"
#include "payload.h"

/* Takes away the addresses, routes and neighbours that `before` brought and `request` does not.
 * What is gone already, or with its link, is no failure; what the kernel refuses stays, and the log
 * says so. */
void network_withdraw(struct netlink *netlink, struct payload before, struct payload request);

#endif
