/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_RESOLVER_DATAGRAMS_H
#define XEN_RUNC_AGENT_RESOLVER_DATAGRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "outbox.h"
#include "resolver_queries.h"
#include "watch.h"

/* Queries over UDP. They wait in the socket until the channel takes them; what does not fit there
 * the kernel drops, and who asked asks again. */
struct datagrams {
	struct watch watch;
	struct sender sender;
	struct queries *queries;
	bool paused; /* more may be there */
};

/* Serves the socket `fd`, which is its own from now on. -1 with errno. */
int datagrams_open(struct loop *loop, struct datagrams *datagrams, struct queries *queries, int fd);
void datagrams_close(struct loop *loop, struct datagrams *datagrams);
/* Each turn of the loop: goes on with what others had their turn before. */
void datagrams_advance(struct loop *loop, struct datagrams *datagrams);
/* Answers a query that came from here. A client that is gone is nobody's loss. */
void datagram_answer(const struct datagrams *datagrams, const struct sockaddr_in *client,
		     const uint8_t *bytes, size_t length);

#endif
