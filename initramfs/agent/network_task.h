/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_NETWORK_TASK_H
#define XEN_RUNC_AGENT_NETWORK_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "payload.h"
#include "task.h"

/* NETWORK, and what the last PREPARE or NETWORK has brought, which the next one may take away. */
struct network {
	struct task task;
	uint8_t *brought; /* its LINKs, ROUTEs and NEIGHBOURs; NULL = none */
	size_t length;
};

/* Remembers what this PREPARE or NETWORK brings. */
void network_bring(struct network *network, struct payload payload);
/* NETWORK: a link may have yet to come. False if it is refused. */
bool network_start(struct loop *loop, struct network *network, const struct container *container,
		   uint32_t request, struct payload payload);

#endif
