/* SPDX-License-Identifier: Apache-2.0 */
#include "talk.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "little_endian.h"

void talk_open(struct talk *talk, int fd)
{
	talk->fd = fd;
	inbox_open(&talk->inbox, MESSAGE_MAX_TO_ENGINE);
}

void talk_close(struct talk *talk)
{
	if (talk->fd < 0)
		return;
	close(talk->fd);
	inbox_close(&talk->inbox);
	talk->fd = -1;
}

bool talk_say(struct talk *talk, uint8_t type, uint32_t stream, const void *bytes, size_t length)
{
	return message_send(talk->fd, type, stream, bytes, length, clock_ms() + SOON_MS) == 0;
}

bool talk_say_fields(struct talk *talk, uint8_t type, uint32_t stream,
		     const struct field_writer *writer)
{
	return talk_say(talk, type, stream, writer->bytes, writer->length);
}

bool talk_say_u32(struct talk *talk, uint8_t type, uint32_t stream, uint32_t number)
{
	uint8_t bytes[4];

	little_put32(bytes, number);
	return talk_say(talk, type, stream, bytes, sizeof(bytes));
}

bool talk_hello(struct talk *talk)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_PROTOCOL, PROTOCOL_VERSION);
	field_put_u32(&writer, FIELD_PROTOCOL_MIN, PROTOCOL_VERSION_MIN);
	return talk_say_fields(talk, FRAME_HELLO, 0, &writer);
}

bool talk_say_raw(struct talk *talk, const void *bytes, size_t length)
{
	return send(talk->fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

bool talk_hear(struct talk *talk, uint8_t type, uint32_t stream)
{
	if (message_receive(talk->fd, &talk->inbox, clock_ms() + SOON_MS, &talk->message)) {
		fprintf(stderr, "waited for type %#x on stream %#x: %s\n", type, stream,
			strerror(errno));
		return false;
	}
	if (talk->message.type == type && (stream == ANY || talk->message.stream == stream))
		return true;
	fprintf(stderr, "heard type %#x on stream %#x (status %u, \"%s\"), not %#x on %#x\n",
		talk->message.type, talk->message.stream, heard_u32(talk, FIELD_STATUS),
		heard_text(talk, FIELD_TEXT), type, stream);
	return false;
}

bool talk_silent(struct talk *talk)
{
	if (message_receive(talk->fd, &talk->inbox, clock_ms() + NEVER_MS, &talk->message) == 0)
		fprintf(stderr, "heard type %#x on stream %#x\n", talk->message.type,
			talk->message.stream);
	return errno == ETIMEDOUT;
}

bool talk_ended(struct talk *talk)
{
	while (message_receive(talk->fd, &talk->inbox, clock_ms() + SOON_MS, &talk->message) == 0)
		continue;
	return errno == ECONNRESET;
}

bool heard_field(const struct talk *talk, uint16_t tag, struct field *field)
{
	struct field_reader reader = field_reader(talk->message.bytes, talk->message.length);

	while (field_next(&reader, field))
		if (field->tag == tag)
			return true;
	return false;
}

uint32_t heard_u32(const struct talk *talk, uint16_t tag)
{
	struct field field;
	uint32_t number = UINT32_MAX;

	if (heard_field(talk, tag, &field))
		field_u32(&field, &number);
	return number;
}

uint64_t heard_u64(const struct talk *talk, uint16_t tag)
{
	struct field field;
	uint64_t number = UINT64_MAX;

	if (heard_field(talk, tag, &field))
		field_u64(&field, &number);
	return number;
}

const char *heard_text(const struct talk *talk, uint16_t tag)
{
	static char text[8192];
	struct field field;

	text[0] = '\0';
	if (heard_field(talk, tag, &field))
		field_text(&field, text, sizeof(text));
	return text;
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return address;
}

int socket_listen_at(const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 16)) {
		close(fd);
		return -1;
	}
	return fd;
}

bool readable_within(int fd, int milliseconds)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, milliseconds) > 0;
}

int socket_accept_soon(int listener)
{
	return readable_within(listener, SOON_MS) ? accept4(listener, NULL, NULL, SOCK_CLOEXEC)
						  : -1;
}

int socket_connect_soon(const char *path)
{
	struct sockaddr_un address = address_of(path);
	int64_t deadline = clock_ms() + SOON_MS;

	do {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			return fd;
		close(fd);
		poll(NULL, 0, 5);
	} while (clock_left(deadline));
	return -1;
}

ssize_t read_soon(int fd, void *bytes, size_t length)
{
	int64_t deadline = clock_ms() + SOON_MS;
	size_t done = 0;

	while (done < length) {
		ssize_t count;

		if (!readable_within(fd, clock_left(deadline)))
			return -1;
		count = read(fd, (char *)bytes + done, length - done);
		if (count <= 0)
			break;
		done += (size_t)count;
	}
	return (ssize_t)done;
}
