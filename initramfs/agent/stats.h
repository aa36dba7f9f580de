/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_STATS_H
#define XEN_RUNC_AGENT_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "outbox.h"
#include "payload.h"

struct container;
struct loop;

/* STATS: files of the container's cgroup. The loop reads them itself: the kernel makes them up, and
 * no host and no disk stands behind them. The answer is larger than a queued reply may be, so it
 * waits here; one at a time. */
struct stats {
	struct sender sender;
	uint8_t answer[FRAME_PAYLOAD_MAX];
	size_t length;
	uint32_t request; /* 0 = none is waiting */
};

void stats_take(struct loop *loop, struct stats *stats, const struct container *container,
		uint32_t request, struct payload payload);

#endif
