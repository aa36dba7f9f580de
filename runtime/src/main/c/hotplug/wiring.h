/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOTPLUG_WIRING_H
#define XEN_RUNC_HOTPLUG_WIRING_H

#include "carrier.h"
#include "failure.h"

/*
 * Moves the link `vif` out of this process's netns into the carrier's, brings it up there with the
 * MTU of the carrier's interface, and joins the two: what comes in on one goes out on the other,
 * but what the wall holds. The process is in that netns afterwards. -1 with the failure filled in;
 * then the interface works as it did before.
 */
int wiring_make(const char *vif, int netns_fd, const struct carrier *carrier,
		struct failure *failure);

#endif
