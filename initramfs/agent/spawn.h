/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_SPAWN_H
#define XEN_RUNC_AGENT_SPAWN_H

#include "child.h"
#include "process.h"

/* Starts what RUN asks for: the container's first process is told to, every other one is forked
 * into its namespaces and cgroup. The socket on which the child reports, or -1 with errno. */
int spawn(struct agent *agent, struct process *process, struct payload payload);

/* A child that signals every process of the container but the first one. Returns when it has. */
pid_t spawn_signaller(struct agent *agent, int number);

/* The next packet of a child; *fd is what came with it, or -1. As read(2): 0 = its end. */
ssize_t report_receive(int socket, struct report *report, int *fd);

#endif
