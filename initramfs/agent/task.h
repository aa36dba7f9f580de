/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_TASK_H
#define XEN_RUNC_AGENT_TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "payload.h"

struct container;
struct loop;

/* A request that a child carries out, because it may wait; one of its kind at a time. */
struct task {
	const char *name;
	pid_t pid; /* 0 = none is under way */
	int report;
	uint32_t request;
};

/* UPDATE: lowering memory.max waits for reclaim. */
void update_start(struct loop *loop, struct task *task, const struct container *container,
		  uint32_t request, struct payload payload);
/* NETWORK: a link may have yet to come. False if it is refused. */
bool network_start(struct loop *loop, struct task *task, const struct container *container,
		   uint32_t request, struct payload payload);
/* Answers the request: its child was reaped with this wait status. */
void task_reaped(struct loop *loop, struct task *task, int status);

#endif
