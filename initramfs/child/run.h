/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_RUN_H
#define XEN_RUNC_CHILD_RUN_H

#include <stdnoreturn.h>

#include "inheritance.h"
#include "payload.h"

/* How a child becomes one of the container's processes. */

/* The main process, when it has prepared the container: waits on `socket` for its RUN, while exec'd
 * processes may run already, and carries it out. The packet has descriptors: the payload's memfd,
 * then stdin, stdout and stderr unless a terminal is to be made. */
noreturn void run_main(int socket, int oom_score);
/* A descriptor of this process's oom_score_adj, which leads to no other file. To be opened while
 * the agent's /proc can still be seen. */
int oom_score_open(const struct inheritance *inheritance);

/* An exec'd process, born into the container's pid namespace and cgroup: enters its other
 * namespaces and carries RUN out. `stdio` are three descriptors, or NULL with a terminal. */
noreturn void run_exec_child(const struct inheritance *inheritance, struct payload run, int report,
			     const int *stdio);

#endif
