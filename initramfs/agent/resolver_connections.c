/* SPDX-License-Identifier: Apache-2.0 */
#include "resolver_connections.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "container_of.h"
#include "loop.h"

#define IDLE_MS 10000
#define PREFIX_SIZE 2
#define CONNECTION_SIZE (PREFIX_SIZE + DNS_ANSWER_SIZE)

static void connection_close(struct loop *loop, struct connection *connection)
{
	watch_close(&connection->watch);
	sender_forget(&loop->outbox, &connection->sender);
	munmap(connection->bytes, CONNECTION_SIZE);
	if (connection->query)
		connection->query->connection = NULL;
	connection->query = NULL;
	connection->all->open--;
}

static void connection_turn(struct connection *connection, enum connection_state state)
{
	connection->state = state;
	connection->done = 0;
	connection->deadline = state == CONNECTION_WAITS ? -1 : clock_ms() + IDLE_MS;
}

static size_t message_length(const struct connection *connection)
{
	return (size_t)connection->bytes[0] << 8 | connection->bytes[1];
}

/* Where the part of the message that is read now ends: its length, or all of it. */
static size_t message_end(const struct connection *connection)
{
	return PREFIX_SIZE + (connection->done < PREFIX_SIZE ? 0 : message_length(connection));
}

/* Bytes were read or written, or not. False if it has to wait, or is closed now. */
static bool connection_moved(struct loop *loop, struct connection *connection, ssize_t count)
{
	if (count > 0) {
		connection->done += (size_t)count;
		connection->deadline = clock_ms() + IDLE_MS;
		return true;
	}
	if (count == 0 || errno != EAGAIN)
		connection_close(loop, connection);
	return false;
}

/* Reads no further than to the query's end. False if it has to wait, or is closed now. */
static bool connection_read(struct loop *loop, struct connection *connection)
{
	size_t end = message_end(connection);

	if (!connection_moved(loop, connection,
			      recv(connection->watch.fd, connection->bytes + connection->done,
				   end - connection->done, 0)))
		return false;
	if (connection->done == PREFIX_SIZE && message_length(connection) > DNS_QUERY_SIZE) {
		connection_close(loop, connection);
		return false;
	}
	if (end == PREFIX_SIZE || connection->done < end)
		return true;
	if (!query_valid(connection->bytes + PREFIX_SIZE, end - PREFIX_SIZE)) {
		connection_close(loop, connection);
		return false;
	}
	connection_turn(connection, CONNECTION_ASKS);
	sender_bulk(&loop->outbox, &connection->sender);
	return true;
}

static bool connection_write(struct loop *loop, struct connection *connection)
{
	size_t end = PREFIX_SIZE + message_length(connection);

	if (!connection_moved(loop, connection,
			      send(connection->watch.fd, connection->bytes + connection->done,
				   end - connection->done, MSG_NOSIGNAL)))
		return false;
	if (connection->done == end)
		connection_turn(connection, CONNECTION_READS);
	return true;
}

/* Goes on until it has to wait: for its client, or for the host. */
static void connection_advance(struct loop *loop, struct connection *connection)
{
	bool goes_on;

	do {
		switch (connection->state) {
		case CONNECTION_READS:
			goes_on = connection_read(loop, connection);
			break;
		case CONNECTION_WRITES:
			goes_on = connection_write(loop, connection);
			break;
		default:
			goes_on = false;
		}
	} while (goes_on);
}

static void connection_woken(struct loop *loop, struct watch *watch)
{
	connection_advance(loop, container_of(watch, struct connection, watch));
}

static bool connection_fill(struct loop *loop, struct sender *sender)
{
	struct connection *connection = container_of(sender, struct connection, sender);
	size_t length = message_length(connection);

	if (connection->state != CONNECTION_ASKS)
		return false;
	connection->query = query_send(loop, connection->all->queries, true,
				       connection->bytes + PREFIX_SIZE, length);
	if (!connection->query)
		return false;
	connection->query->connection = connection;
	connection_turn(connection, CONNECTION_WAITS);
	return true;
}

void connection_answer(struct loop *loop, struct connection *connection, const uint8_t *bytes,
		       size_t length)
{
	connection->query = NULL;
	connection->bytes[0] = (uint8_t)(length >> 8);
	connection->bytes[1] = (uint8_t)length;
	memcpy(connection->bytes + PREFIX_SIZE, bytes, length);
	connection_turn(connection, CONNECTION_WRITES);
	connection_advance(loop, connection);
}

static void connection_open(struct loop *loop, struct connections *connections, int fd)
{
	struct connection *connection = connections->table;
	void *bytes = mmap(NULL, CONNECTION_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (bytes == MAP_FAILED) {
		close(fd);
		return;
	}
	while (connection->watch.fd >= 0)
		connection++;
	connection->all = connections;
	connection->bytes = bytes;
	connection->sender.fill = connection_fill;
	connection->query = NULL;
	connections->open++;
	connection_turn(connection, CONNECTION_READS);
	if (watch_open(loop->epoll_fd, &connection->watch, fd, EPOLLIN | EPOLLOUT,
		       connection_woken) < 0)
		connection_close(loop, connection);
	else
		connection_advance(loop, connection);
}

static void listener_woken(struct loop *loop, struct watch *watch)
{
	(void)loop;
	container_of(watch, struct connections, listener)->knocked = true;
}

/* As many as there is room for, in one go. Those beyond wait in the kernel. */
static void connections_accept(struct loop *loop, struct connections *connections)
{
	for (int i = 0; i < CONNECTIONS_MAX && connections->knocked; i++) {
		int fd;

		if (connections->open == CONNECTIONS_MAX)
			return;
		fd = accept4(connections->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			connection_open(loop, connections, fd);
		else
			connections->knocked = errno == ECONNABORTED;
	}
}

bool connections_advance(struct loop *loop, struct connections *connections)
{
	int64_t now = connections->open ? clock_ms() : 0;

	for (size_t i = 0; connections->open && i < CONNECTIONS_MAX; i++) {
		struct connection *connection = &connections->table[i];

		if (connection->watch.fd >= 0 && connection->deadline >= 0 &&
		    connection->deadline <= now)
			connection_close(loop, connection);
	}
	connections_accept(loop, connections);
	return connections->knocked && connections->open < CONNECTIONS_MAX;
}

void connections_resume(struct loop *loop, struct connections *connections)
{
	for (size_t i = 0; connections->open && i < CONNECTIONS_MAX; i++)
		if (connections->table[i].watch.fd >= 0 &&
		    connections->table[i].state == CONNECTION_ASKS)
			sender_bulk(&loop->outbox, &connections->table[i].sender);
}

int64_t connections_deadline(const struct connections *connections)
{
	int64_t deadline = -1;

	for (size_t i = 0; connections->open && i < CONNECTIONS_MAX; i++)
		if (connections->table[i].watch.fd >= 0)
			deadline = clock_earlier(deadline, connections->table[i].deadline);
	return deadline;
}

int connections_open(struct loop *loop, struct connections *connections, struct queries *queries,
		     int fd)
{
	connections->queries = queries;
	connections->knocked = false;
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		connections->table[i].watch.fd = -1;
	return watch_open(loop->epoll_fd, &connections->listener, fd, EPOLLIN, listener_woken);
}

void connections_close(struct loop *loop, struct connections *connections)
{
	watch_close(&connections->listener);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (connections->table[i].watch.fd >= 0)
			connection_close(loop, &connections->table[i]);
	connections->knocked = false;
}
