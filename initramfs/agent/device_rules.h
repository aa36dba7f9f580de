/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_DEVICE_RULES_H
#define XEN_RUNC_AGENT_DEVICE_RULES_H

#include "payload.h"

/* What the container may do with devices. 0, or an errno. */

/* Attaches a program to the container's cgroup that allows the devices of every container and those
 * that PREPARE names. */
int device_rules_attach(int cgroup_fd, struct payload prepare);
/* Attaches a program to that cgroup's parent that refuses what is forbidden to every container. The
 * container has no path of the parent, so it cannot take this program away, as CAP_SYS_ADMIN lets
 * it with its own (but see docs/spec-conformance.md on file handles). From then on nobody opens
 * these devices, nor does the agent. */
int device_rules_guard(int cgroup_fd);

#endif
