/* SPDX-License-Identifier: Apache-2.0 */
#include "xenbus.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xen/io/xs_wire.h>

#include "clock.h"

struct xenbus_message {
	struct xsd_sockmsg header;
	char payload[XENSTORE_PAYLOAD_MAX + 1]; /* one more for the NUL that answers lack */
};

int xenbus_open(struct xenbus *xenbus)
{
	xenbus->request = 0;
	xenbus->fd = open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return xenbus->fd < 0 ? -1 : 0;
}

void xenbus_close(struct xenbus *xenbus)
{
	close(xenbus->fd);
	xenbus->fd = -1;
}

static int refuse(int error)
{
	errno = error;
	return -1;
}

/* Adds text to a message's payload; with its NUL or without, as each request wants. */
static bool message_add(struct xenbus_message *message, const char *text, size_t length)
{
	if (length > XENSTORE_PAYLOAD_MAX - message->header.len)
		return false;
	memcpy(message->payload + message->header.len, text, length);
	message->header.len += (uint32_t)length;
	return true;
}

static int read_all(struct xenbus *xenbus, void *bytes, size_t size, int64_t deadline)
{
	uint8_t *next = bytes;

	while (size) {
		ssize_t count = read(xenbus->fd, next, size);
		int64_t left = deadline - clock_ms();

		if (count > 0) {
			next += count;
			size -= (size_t)count;
			continue;
		}
		if (count == 0)
			return refuse(EPROTO);
		if (errno != EAGAIN && errno != EINTR)
			return -1;
		if (left <= 0)
			return refuse(ETIMEDOUT);
		poll(&(struct pollfd){ .fd = xenbus->fd, .events = POLLIN }, 1, (int)left);
	}
	return 0;
}

/* xenstored gives errors as the names of errno constants. */
static int error_number(const char *name)
{
	for (size_t i = 0; i < sizeof(xsd_errors) / sizeof(xsd_errors[0]); i++) {
		if (strcmp(xsd_errors[i].errstring, name) == 0)
			return xsd_errors[i].errnum;
	}
	return EIO;
}

/* Sends the message and replaces it by its answer. The kernel hands a request on only when it is
 * whole, so one write carries it. */
static int message_exchange(struct xenbus *xenbus, struct xenbus_message *message)
{
	int64_t deadline = clock_ms() + XENBUS_TIMEOUT_MS;
	uint32_t type = message->header.type;
	size_t size = sizeof(message->header) + message->header.len;
	ssize_t written;

	message->header.req_id = ++xenbus->request;
	do {
		written = write(xenbus->fd, message, size);
	} while (written < 0 && errno == EINTR);
	if (written != (ssize_t)size)
		return written < 0 ? -1 : refuse(EIO);
	do { /* an answer to an earlier request whose wait ended is passed over */
		if (read_all(xenbus, &message->header, sizeof(message->header), deadline) < 0)
			return -1;
		if (message->header.len > XENSTORE_PAYLOAD_MAX)
			return refuse(EPROTO);
		if (read_all(xenbus, message->payload, message->header.len, deadline) < 0)
			return -1;
	} while (message->header.type == XS_WATCH_EVENT ||
		 message->header.req_id != xenbus->request);
	message->payload[message->header.len] = '\0';
	if (message->header.type == XS_ERROR)
		return refuse(error_number(message->payload));
	return message->header.type == type ? 0 : refuse(EPROTO);
}

static struct xenbus_message message_begin(enum xsd_sockmsg_type type, uint32_t transaction)
{
	return (struct xenbus_message){ .header = { .type = type, .tx_id = transaction } };
}

int xenbus_read(struct xenbus *xenbus, uint32_t transaction, const char *path, char *value,
		size_t size)
{
	struct xenbus_message message = message_begin(XS_READ, transaction);

	if (!message_add(&message, path, strlen(path) + 1))
		return refuse(ENAMETOOLONG);
	if (message_exchange(xenbus, &message) < 0)
		return -1;
	if (message.header.len >= size)
		return refuse(EMSGSIZE);
	memcpy(value, message.payload, message.header.len + 1);
	return 0;
}

int xenbus_write(struct xenbus *xenbus, uint32_t transaction, const char *path, const char *value)
{
	struct xenbus_message message = message_begin(XS_WRITE, transaction);

	if (!message_add(&message, path, strlen(path) + 1) ||
	    !message_add(&message, value, strlen(value)))
		return refuse(EMSGSIZE);
	return message_exchange(xenbus, &message);
}

int xenbus_transaction_start(struct xenbus *xenbus, uint32_t *transaction)
{
	struct xenbus_message message = message_begin(XS_TRANSACTION_START, XENBUS_NO_TRANSACTION);
	unsigned long number;
	char *end;

	message_add(&message, "", 1);
	if (message_exchange(xenbus, &message) < 0)
		return -1;
	number = strtoul(message.payload, &end, 10);
	if (*end || number == XENBUS_NO_TRANSACTION || number > UINT32_MAX)
		return refuse(EPROTO);
	*transaction = (uint32_t)number;
	return 0;
}

static int transaction_end(struct xenbus *xenbus, uint32_t transaction, const char *verdict)
{
	struct xenbus_message message = message_begin(XS_TRANSACTION_END, transaction);

	message_add(&message, verdict, strlen(verdict) + 1);
	return message_exchange(xenbus, &message);
}

int xenbus_transaction_commit(struct xenbus *xenbus, uint32_t transaction)
{
	return transaction_end(xenbus, transaction, "T");
}

void xenbus_transaction_abort(struct xenbus *xenbus, uint32_t transaction)
{
	int saved = errno;

	transaction_end(xenbus, transaction, "F");
	errno = saved;
}
