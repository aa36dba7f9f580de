/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_NETWORK_TASK_H
#define XEN_RUNC_AGENT_NETWORK_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "network.h"
#include "payload.h"
#include "task.h"

/* NETWORK, and what the last PREPARE or NETWORK has brought, which the next one may take away. */
struct network {
	struct task task;
	struct brought brought; /* in memory of its own; no bytes = nothing */
};

/* Remembers what this PREPARE or NETWORK brings. */
void network_bring(struct network *network, struct payload payload);
/* NETWORK: a link may have yet to come. False if it is refused. */
bool network_start(struct loop *loop, struct network *network, const struct container *container,
		   uint32_t request, struct payload payload);
/* Answers the request: its child was reaped with this wait status. */
void network_reaped(struct loop *loop, struct network *network, int status);

#endif
