/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_RESOURCES_H
#define XEN_RUNC_AGENT_RESOURCES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"
#include "outbox.h"
#include "payload.h"
#include "watch.h"

struct agent;

/* There is a container whose limits and figures can be asked for. */
bool container_stands(const struct agent *agent);

/* STATS: files of the container's cgroup, which the loop reads itself: they are the kernel's own
 * numbers, behind which no host and no disk stands. The answer is larger than a queued reply may
 * be, so it waits here; one at a time. */
struct stats {
	struct source source;
	uint8_t answer[FRAME_PAYLOAD_MAX];
	size_t length;
	uint32_t request; /* 0 = none is waiting */
};

void stats_take(struct agent *agent, uint32_t request, struct payload payload);

/* A request that a child carries out, because it may wait; one of its kind at a time. */
struct task {
	const char *name;
	pid_t pid; /* 0 = none is under way */
	int report;
	uint32_t request;
};

/* UPDATE: lowering memory.max waits for reclaim. */
void update_start(struct agent *agent, uint32_t request, struct payload payload);
/* NETWORK: a link may have yet to come. */
void network_start(struct agent *agent, uint32_t request, struct payload payload);
/* Its child was reaped with this wait status. */
void task_reaped(struct agent *agent, struct task *task, int status);

/* How many of the container's processes its OOM killer has ended, and how many the host knows. */
struct oom {
	struct watch watch; /* memory.events */
	struct source source;
	uint64_t kills, told;
};

/* Begins to watch the container's new cgroup; without a memory controller there is nothing. */
void oom_begin(struct agent *agent);
/* Looks now: the main process may have been ended by it, and nothing can be told after that. */
void oom_look(struct agent *agent);

#endif
