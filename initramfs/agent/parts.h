/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_PARTS_H
#define XEN_RUNC_AGENT_PARTS_H

#include "container.h"
#include "loop.h"
#include "message.h"
#include "network_task.h"
#include "process.h"
#include "resolver.h"
#include "stats.h"
#include "task.h"
#include "timekeeping.h"
#include "watch.h"

/* The agent and all its parts. There is one, in static memory: the loop allocates nothing. Only
 * what sees several parts at once takes it whole. */
struct agent {
	struct loop loop;
	struct watch signals;
	bool greeted; /* the host's HELLO has come */
	struct messages messages;
	struct container container;
	struct processes processes;
	struct stats stats;
	struct task update;
	struct network network;
	struct timekeeping timekeeping;
	struct resolver resolver;
};

#endif
