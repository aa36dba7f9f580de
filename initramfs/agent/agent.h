/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_AGENT_H
#define XEN_RUNC_AGENT_AGENT_H

#include "parts.h"

/* Sets up what the agent needs of the kernel: descriptors that wake it, locked memory, a parent for
 * the container's cgroup (NULL = this machine's tree). Owns `channel` from now on. -1 with errno.
 */
int agent_init(struct agent *agent, struct channel *channel, const char *cgroup);
/* Serves the host until the container has ended and the host knows it, or the host is gone. */
void agent_run(struct agent *agent);

#endif
