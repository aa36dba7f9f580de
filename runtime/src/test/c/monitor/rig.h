/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_TEST_RIG_H
#define XEN_RUNC_TEST_RIG_H

#include <sys/types.h>

#include "talk.h"
#include "test.h"

#define RIG_SOCKET "/run/xen-runc/m/1234abcd"
#define RIG_AGENT_NAME "agent"
#define RIG_AGENT "/run/xen-runc/m/" RIG_AGENT_NAME

/* The real monitor between a launcher, an engine, an agent and a reader that the test plays. */
struct rig {
	pid_t monitor;
	struct talk launcher, engine, agent;
	int input, output, errors; /* the test's ends of the container's streams */
	int agent_listener;
};

/* SPAWN_MONITOR's fields that differ between tests; NULL = absent. */
struct rig_spawn {
	const char *netns, *cgroup, *export;
	const int *oom_score_adj;
	uint32_t exports; /* of / besides the first; */
};

/* Starts the monitor and sends SPAWN_MONITOR; its REPLY is in rig->launcher. False if none came. */
bool rig_spawn(struct rig *rig, const struct rig_spawn *spawn);
/* Connects the engine; its HELLO is said and heard. */
bool rig_engine(struct rig *rig);
/* CONNECT to the agent; both HELLOs are said and heard. */
bool rig_join(struct rig *rig);
/* RUN of the main process, which succeeds. */
bool rig_run(struct rig *rig);
/* All of the above. */
bool rig_serve(struct rig *rig);
/* The monitor's exit code, 128 + n for a signal; -1 if it does not exit. */
int rig_exit_code(struct rig *rig);
/* EXITED of the main process. */
bool rig_exited(struct rig *rig, uint32_t code);
/* Kills what is left. */
void rig_end(struct rig *rig);

#endif
