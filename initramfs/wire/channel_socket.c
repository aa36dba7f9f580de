/* SPDX-License-Identifier: Apache-2.0 */
#include "channel_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel_kind.h"

struct channel_socket {
	struct channel channel;
	int fd;
};

static int socket_fd(const struct channel *channel)
{
	return ((const struct channel_socket *)channel)->fd;
}

static short socket_events(bool want_read, bool want_write)
{
	return (short)((want_read ? POLLIN : 0) | (want_write ? POLLOUT : 0));
}

static void socket_awake(struct channel *channel)
{
	(void)channel;
}

static ssize_t socket_read(struct channel *channel, void *bytes, size_t size)
{
	ssize_t count;

	do {
		count = recv(socket_fd(channel), bytes, size, MSG_DONTWAIT);
	} while (count < 0 && errno == EINTR);
	/* A peer that died with our bytes unread is gone, as one that closed is. */
	return count < 0 && errno == ECONNRESET ? 0 : count;
}

static ssize_t socket_write(struct channel *channel, const void *bytes, size_t size)
{
	ssize_t count;

	do {
		count = send(socket_fd(channel), bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (count < 0 && errno == EINTR);
	return count < 0 && (errno == EPIPE || errno == ECONNRESET) ? 0 : count;
}

static void socket_close(struct channel *channel)
{
	close(socket_fd(channel));
	free(channel);
}

static const struct channel_kind socket_kind = {
	.fd = socket_fd,
	.events = socket_events,
	.awake = socket_awake,
	.read = socket_read,
	.write = socket_write,
	.close = socket_close,
};

struct channel *channel_from_socket(int fd)
{
	struct channel_socket *socket = calloc(1, sizeof(*socket));

	if (!socket)
		return NULL;
	socket->channel.kind = &socket_kind;
	socket->fd = fd;
	return (struct channel *)socket;
}
