/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_RESOLVER_QUERIES_H
#define XEN_RUNC_AGENT_RESOLVER_QUERIES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

struct connection;
struct loop;

/* A header and one question: a name, its type and class. */
#define REFUSAL_MAX (DNS_HEADER_SIZE + 255 + 4)

/* A query that the host was asked, and who waits for the answer. */
struct query {
	bool open;
	uint32_t number;
	int64_t deadline;	       /* then nobody waits any longer */
	struct connection *connection; /* it came over this; NULL = it did not, or that is gone */
	struct sockaddr_in client;     /* it came as a datagram from here, if there is a port */
	uint8_t refusal[REFUSAL_MAX];  /* what to say when there is no answer */
	size_t refusal_length;
};

struct queries {
	struct query table[DNS_QUERIES_MAX];
	uint32_t open, next_number;
};

/* Whether these bytes look like a query: they have a header, and it is no answer's. */
bool query_valid(const uint8_t *bytes, size_t length);
/* Opens a query, and puts the frame that asks the host. NULL if all are open. */
struct query *query_send(struct loop *loop, struct queries *queries, bool tcp, const uint8_t *bytes,
			 size_t length);
/* NULL: nobody waits for it. */
struct query *query_find(struct queries *queries, uint32_t number);
void query_close(struct queries *queries, struct query *query);
/* SERVFAIL to a valid query. Its length. */
size_t query_refusal(const uint8_t *bytes, size_t length, uint8_t refusal[REFUSAL_MAX]);
/* When the first of them is late; -1 = none is open. */
int64_t queries_deadline(const struct queries *queries);

#endif
