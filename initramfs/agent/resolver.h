/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_RESOLVER_H
#define XEN_RUNC_AGENT_RESOLVER_H

#include <stdbool.h>
#include <stdint.h>

#include "payload.h"
#include "resolver_connections.h"
#include "resolver_datagrams.h"
#include "resolver_program.h"
#include "resolver_queries.h"

struct container;
struct loop;

/*
 * Stands for Docker's resolver in the guest, where the host has one: takes the container's queries
 * for names at 127.0.0.11 and has the host ask them. The agent looks into no name and no answer.
 */
struct resolver {
	bool listens;
	int cgroup_fd; /* the container's, which is not its own */
	struct queries queries;
	struct datagrams datagrams;
	struct connections connections;
	struct resolver_program program;
};

/* Listens, or no longer, as PREPARE or NETWORK says. */
void resolver_follow(struct loop *loop, struct resolver *resolver,
		     const struct container *container, struct payload payload);
/* DNS_ANSWER. */
void resolver_answer(struct loop *loop, struct resolver *resolver, struct payload payload);
/* Each turn of the loop: accepts connections, gives up what is late, and ends with the container.
 * True if there may be more at once. */
bool resolver_advance(struct loop *loop, struct resolver *resolver);
/* When something will be late; -1 = nothing. */
int64_t resolver_deadline(const struct resolver *resolver);

#endif
