/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_RESOLVER_PROGRAM_H
#define XEN_RUNC_AGENT_RESOLVER_PROGRAM_H

#include <stdint.h>

#define RESOLVER_HOOKS 8

/*
 * Programs of the container's cgroup that lead its processes from port 53 of the resolver's address
 * to the port where the agent listens, and show them port 53 as where answers come from; in this
 * network namespace alone. In dockerd's place, whose nat rules do it, a guest has no netfilter.
 */
struct resolver_program {
	int fds[RESOLVER_HOOKS]; /* as many as are attached, at the same hooks */
	int count;
};

/* Attaches them to the cgroup; `cookie` is the network namespace's (SO_NETNS_COOKIE). 0, or an
 * errno, and then none is attached. */
int resolver_program_attach(struct resolver_program *program, int cgroup_fd, uint64_t cookie,
			    uint16_t port);
void resolver_program_detach(struct resolver_program *program, int cgroup_fd);

#endif
