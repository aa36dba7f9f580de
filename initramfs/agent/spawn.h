/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_SPAWN_H
#define XEN_RUNC_AGENT_SPAWN_H

#include <sys/types.h>

#include "container.h"
#include "loop.h"

/* How the container's processes come into being. */

/* A process's pipes: stdin, stdout, stderr. */
struct stdio {
	int count;     /* 3, or 0 with a terminal */
	int ours[3];   /* the agent's ends, which never make it wait */
	int theirs[3]; /* the process's */
};

/* Makes the pipes. -1 with errno, and then nothing is open. */
int stdio_open(struct stdio *stdio);
/* Closes the process's ends, when it has them. */
void stdio_close(const struct stdio *stdio);

/* Both return the socket on which the child reports, or -1 with errno. */

/* Tells the main process, which has prepared the container, to carry RUN out. */
int spawn_main(struct container *container, struct payload run, const struct stdio *stdio);
/* Forks an exec'd process, *pid, into the container's namespaces and cgroup. */
int spawn_exec(const struct loop *loop, const struct container *container, struct payload run,
	       const struct stdio *stdio, pid_t *pid);

/* A child that signals every process of the container but the main one. Returns when it has. */
pid_t spawn_signaller(const struct container *container, int number);

#endif
