/* SPDX-License-Identifier: Apache-2.0 */
#include "resolver_datagrams.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "container_of.h"
#include "loop.h"

/* Datagrams that are refused or dropped in one go, before others have their turn. */
#define BATCH 64

void datagram_answer(const struct datagrams *datagrams, const struct sockaddr_in *client,
		     const uint8_t *bytes, size_t length)
{
	if (datagrams->watch.fd >= 0)
		sendto(datagrams->watch.fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL,
		       (const struct sockaddr *)client, sizeof(*client));
}

/* Takes one query. */
static bool datagrams_fill(struct loop *loop, struct sender *sender)
{
	struct datagrams *datagrams = container_of(sender, struct datagrams, sender);
	uint8_t bytes[DNS_QUERY_SIZE], refusal[REFUSAL_MAX];

	for (int i = 0; i < BATCH; i++) {
		struct sockaddr_in client;
		socklen_t size = sizeof(client);
		ssize_t got = recvfrom(datagrams->watch.fd, bytes, sizeof(bytes), MSG_TRUNC,
				       (struct sockaddr *)&client, &size);
		struct query *query;

		if (got < 0 && errno == EAGAIN)
			return false;
		if (got < 0 || !query_valid(bytes, (size_t)got))
			continue;
		query = query_send(loop, datagrams->queries, false, bytes, (size_t)got);
		if (query) {
			query->client = client;
			return true;
		}
		datagram_answer(datagrams, &client, refusal,
				query_refusal(bytes, (size_t)got, refusal));
	}
	datagrams->paused = true;
	return false;
}

static void datagrams_woken(struct loop *loop, struct watch *watch)
{
	sender_bulk(&loop->outbox, &container_of(watch, struct datagrams, watch)->sender);
}

void datagrams_advance(struct loop *loop, struct datagrams *datagrams)
{
	if (datagrams->paused)
		sender_bulk(&loop->outbox, &datagrams->sender);
	datagrams->paused = false;
}

int datagrams_open(struct loop *loop, struct datagrams *datagrams, struct queries *queries, int fd)
{
	datagrams->queries = queries;
	datagrams->paused = false;
	datagrams->sender.fill = datagrams_fill;
	return watch_open(loop->epoll_fd, &datagrams->watch, fd, EPOLLIN, datagrams_woken);
}

void datagrams_close(struct loop *loop, struct datagrams *datagrams)
{
	watch_close(&datagrams->watch);
	datagrams->paused = false;
	sender_forget(&loop->outbox, &datagrams->sender);
}
