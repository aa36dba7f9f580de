/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_SPAWN_H
#define XEN_RUNC_MONITOR_SPAWN_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"
#include "message.h"

/* SPAWN_MONITOR's payload: what the monitor is to be. Empty texts are absent fields. */
struct spawn {
	char container[256];
	char socket[108]; /* sun_path's size */
	char netns[TEXT_SIZE];
	char cgroup[TEXT_SIZE];
	char scope_unit[256], scope_slice[256];
	bool has_oom_score_adj, terminal, readonly;
	int32_t oom_score_adj;
	uint32_t exports;	/* how many; their numbers are 0 .. exports - 1 */
	struct payload payload; /* the payload itself; its EXPORTs go on to the file server */
};

int spawn_take(const struct message *message, struct spawn *spawn, struct failure *failure);

#endif
