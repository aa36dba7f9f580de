/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_QUERY_H
#define XEN_RUNC_MONITOR_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "field.h"

enum query_state {
	QUERY_FREE,
	QUERY_SENDING, /* over TCP: it is not all sent */
	QUERY_AWAITED, /* its answer is */
	QUERY_ANSWERED,
	QUERY_REFUSED, /* there is no answer and will be none */
};

/* A query of the guest's, which the container's resolver is asked from a socket of its own. */
struct query {
	enum query_state state;
	bool tcp;
	int fd; /* -1 once it is answered or refused */
	uint32_t number;
	int64_t deadline;
	size_t length, done; /* bytes of what is sent or received, and how many of them are */
	uint8_t prefix[2];   /* the answer's length, over TCP */
	uint8_t *bytes;	     /* QUERY_SIZE; what is sent; then DNS_ANSWER's payload */
};

/* For each of `count` queries; memory is touched only by one that is open. -1 with errno. */
int queries_open(struct query *queries, size_t count);
/* Begins a free query, which has its number and deadline; what wakes it comes from `epoll_fd` with
 * `index`. It may be refused at once. */
void query_begin(struct query *query, const struct field *message, int epoll_fd, uint32_t index);
/* Its socket has something or has room. */
void query_woken(struct query *query, int epoll_fd, uint32_t index);
/* Frees it, whatever it waits for. */
void query_end(struct query *query);

#endif
