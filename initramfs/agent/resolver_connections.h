/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_RESOLVER_CONNECTIONS_H
#define XEN_RUNC_AGENT_RESOLVER_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "outbox.h"
#include "resolver_queries.h"
#include "watch.h"

#define CONNECTIONS_MAX 32

enum connection_state {
	CONNECTION_READS,  /* its next query */
	CONNECTION_ASKS,   /* the query is whole; there is no room for it yet */
	CONNECTION_WAITS,  /* for the answer */
	CONNECTION_WRITES, /* it */
};

/* Queries over TCP, each behind two bytes of its length, answered in turn. */
struct connection {
	enum connection_state state;
	struct watch watch;
	struct sender sender;
	struct connections *all;
	struct query *query; /* that it waits for */
	int64_t deadline;    /* it is closed then; of a query that is asked there is another one */
	uint8_t *bytes;	     /* mapped while it is open: a length and a query, or an answer */
	size_t done;	     /* how many of them are read or written */
};

struct connections {
	struct watch listener;
	struct queries *queries;
	struct connection table[CONNECTIONS_MAX];
	uint32_t open;
	bool knocked; /* somebody may want to connect */
};

/* Serves the listening socket `fd`, which is its own from now on. -1 with errno. */
int connections_open(struct loop *loop, struct connections *connections, struct queries *queries,
		     int fd);
void connections_close(struct loop *loop, struct connections *connections);
/* Each turn of the loop: accepts, closes what is idle. True if there may be more at once. */
bool connections_advance(struct loop *loop, struct connections *connections);
/* There is room for another query. */
void connections_resume(struct loop *loop, struct connections *connections);
/* Answers the query that this one waits for. */
void connection_answer(struct loop *loop, struct connection *connection, const uint8_t *bytes,
		       size_t length);
/* When the first of them is idle for too long; -1 = none will be. */
int64_t connections_deadline(const struct connections *connections);

#endif
