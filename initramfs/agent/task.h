/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_TASK_H
#define XEN_RUNC_AGENT_TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "inheritance.h"
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

/* What a task does, in its child: it returns, or ends the child with a report. */
typedef void task_work(const struct task *task, const struct inheritance *inheritance,
		       struct payload payload);

/* Has a child do it; false if there is none, which is answered then. */
bool task_start(struct loop *loop, struct task *task, const struct container *container,
		uint32_t request, struct payload payload, task_work *work);
/* UPDATE: lowering memory.max waits for reclaim. */
void update_start(struct loop *loop, struct task *task, const struct container *container,
		  uint32_t request, struct payload payload);
/* Answers the request: its child was reaped with this wait status. Whether it is done. */
bool task_reaped(struct loop *loop, struct task *task, int status);

#endif
