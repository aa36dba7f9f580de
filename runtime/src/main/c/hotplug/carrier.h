/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOTPLUG_CARRIER_H
#define XEN_RUNC_HOTPLUG_CARRIER_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "failure.h"

/*
 * Where a vif belongs, as the engine says it in the vif's `gatewaydev`: PID:STARTTIME:INTERFACE,
 * the container's monitor, its start time (field 22 of /proc/PID/stat) and the interface in the
 * monitor's netns that the vif is joined with; and :open for a vif without a wall. No interface has
 * a colon in its name (dev_valid_name in net/core/dev.c).
 */
struct carrier {
	pid_t monitor;
	uint64_t start_time;
	char interface[IF_NAMESIZE];
	bool open; /* the guest may send what it likes */
};

/* Functions return 0, or -1 with the failure filled in. */
int carrier_parse(const char *text, struct carrier *carrier, struct failure *failure);

/* Opens the monitor's netns. Refuses another process with the monitor's pid, and the host's netns:
 * its interface joined to a vif, dom0 would lose its network. */
int carrier_netns(const struct carrier *carrier, int *netns_fd, struct failure *failure);

#endif
