/* SPDX-License-Identifier: Apache-2.0 */
#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "container.h"
#include "log.h"
#include "loop.h"

/* musl's headers lack it. */
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* UDP's port is the kernel's choice, and TCP's is to be the same one, which may be in use. */
#define ATTEMPTS 16
#define BACKLOG 128

/* A socket at this port of 127.0.0.11, 0 = any; `port` is which. -1 with errno. */
static int socket_at(int type, uint16_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(*port),
				       .sin_addr.s_addr = htonl(RESOLVER_ADDRESS) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1, reason;

	if (fd < 0)
		return -1;
	/* TCP's port 53 may be waiting for the rest of earlier connections. */
	if ((type == SOCK_STREAM &&
	     setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0) ||
	    bind(fd, (struct sockaddr *)&address, size) < 0 ||
	    (type == SOCK_STREAM && listen(fd, BACKLOG) < 0) ||
	    getsockname(fd, (struct sockaddr *)&address, &size) < 0) {
		reason = errno;
		close(fd);
		errno = reason;
		return -1;
	}
	*port = ntohs(address.sin_port);
	return fd;
}

/* The two of one port. */
struct sockets {
	int datagrams, listener;
	uint16_t port;
};

static int sockets_try(struct sockets *sockets, uint16_t port)
{
	int reason;

	sockets->port = port;
	sockets->datagrams = socket_at(SOCK_DGRAM, &sockets->port);
	if (sockets->datagrams < 0)
		return errno;
	sockets->listener = socket_at(SOCK_STREAM, &sockets->port);
	if (sockets->listener >= 0)
		return 0;
	reason = errno;
	close(sockets->datagrams);
	return reason;
}

/* At this port, or at any if it is 0. An errno. */
static int sockets_open(struct sockets *sockets, uint16_t port)
{
	int status = EADDRINUSE;

	for (int i = 0; i < (port ? 1 : ATTEMPTS) && status == EADDRINUSE; i++)
		status = sockets_try(sockets, port);
	return status;
}

static void sockets_close(const struct sockets *sockets)
{
	close(sockets->datagrams);
	close(sockets->listener);
}

/* An errno. */
static int program_attach(struct resolver *resolver, const struct sockets *sockets)
{
	uint64_t cookie;
	socklen_t size = sizeof(cookie);

	if (getsockopt(sockets->datagrams, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) < 0)
		return errno;
	return resolver_program_attach(&resolver->program, resolver->cgroup_fd, cookie,
				       sockets->port);
}

/* Sockets to which the container's processes find the way. An errno. */
static int way_open(struct resolver *resolver, struct sockets *sockets)
{
	int status = sockets_open(sockets, 0);

	if (status)
		return status;
	status = program_attach(resolver, sockets);
	if (status == 0)
		return 0;
	errno = status;
	log_info("names: the kernel refuses to lead queries on: %m; listening at port %u",
		 RESOLVER_PORT);
	sockets_close(sockets);
	return sockets_open(sockets, RESOLVER_PORT);
}

static void resolver_open(struct loop *loop, struct resolver *resolver, int cgroup_fd)
{
	struct sockets sockets;
	int status;

	resolver->cgroup_fd = cgroup_fd;
	status = way_open(resolver, &sockets);
	if (status) {
		errno = status;
		log_error("names: listen at 127.0.0.11: %m");
		return;
	}
	resolver->listens = true;
	if (datagrams_open(loop, &resolver->datagrams, &resolver->queries, sockets.datagrams) < 0)
		log_error("names: %m");
	if (connections_open(loop, &resolver->connections, &resolver->queries, sockets.listener) <
	    0)
		log_error("names: %m");
}

/* Answers to what was asked before find nobody. */
static void resolver_close(struct loop *loop, struct resolver *resolver)
{
	resolver->listens = false;
	datagrams_close(loop, &resolver->datagrams);
	connections_close(loop, &resolver->connections);
	resolver_program_detach(&resolver->program, resolver->cgroup_fd);
}

void resolver_follow(struct loop *loop, struct resolver *resolver,
		     const struct container *container, struct payload payload)
{
	bool wanted = payload_u32(payload, FIELD_RESOLVER, 0);

	if (container->state != CONTAINER_PREPARING && !container_stands(loop, container))
		return;
	if (wanted && !resolver->listens)
		resolver_open(loop, resolver, container->cgroup.fd);
	else if (!wanted && resolver->listens)
		resolver_close(loop, resolver);
}

/* Gives the answer to who asked; without one, SERVFAIL. */
static void query_end(struct loop *loop, struct resolver *resolver, struct query *query,
		      const struct field *answer)
{
	const uint8_t *bytes = answer ? answer->bytes : query->refusal;
	size_t length = answer ? answer->length : query->refusal_length;

	query_close(&resolver->queries, query);
	if (query->connection)
		connection_answer(loop, query->connection, bytes, length);
	else if (query->client.sin_port && resolver->listens)
		datagram_answer(&resolver->datagrams, &query->client, bytes, length);
	if (resolver->listens)
		connections_resume(loop, &resolver->connections);
}

void resolver_answer(struct loop *loop, struct resolver *resolver, struct payload payload)
{
	struct query *query = query_find(&resolver->queries, payload_u32(payload, FIELD_NUMBER, 0));
	struct field answer;

	if (query)
		query_end(loop, resolver, query,
			  payload_find(payload, FIELD_BYTES, &answer) ? &answer : NULL);
}

static void queries_give_up(struct loop *loop, struct resolver *resolver)
{
	struct queries *queries = &resolver->queries;
	int64_t now = queries->open ? clock_ms() : 0;

	for (size_t i = 0; queries->open && i < DNS_QUERIES_MAX; i++)
		if (queries->table[i].open && queries->table[i].deadline <= now)
			query_end(loop, resolver, &queries->table[i], NULL);
}

bool resolver_advance(struct loop *loop, struct resolver *resolver)
{
	queries_give_up(loop, resolver);
	if (!resolver->listens)
		return false;
	if (loop->phase != PHASE_SERVING) {
		resolver_close(loop, resolver);
		return false;
	}
	datagrams_advance(loop, &resolver->datagrams);
	return connections_advance(loop, &resolver->connections);
}

int64_t resolver_deadline(const struct resolver *resolver)
{
	return clock_earlier(queries_deadline(&resolver->queries),
			     connections_deadline(&resolver->connections));
}
