/* SPDX-License-Identifier: Apache-2.0 */
#include "peer.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "field.h"
#include "frame.h"
#include "little_endian.h"
#include "suite.h"

#define BODY_MAX 200000u

const char *peer_program;
pid_t peer_pid;
uint64_t peer_window;

static int server = -1, log_file = -1;
static struct frame_reader reader;
static const char *tree;
static uint32_t next_export;
static struct {
	bool ended;
	size_t length;
	uint8_t *bytes;
} streams[PEER_EXPORTS];

static void send_all(const void *bytes, size_t length)
{
	for (const uint8_t *next = bytes; length;) {
		ssize_t sent = send(server, next, length, MSG_NOSIGNAL);

		CHECK(sent > 0);
		next += sent;
		length -= (size_t)sent;
	}
}

static void send_frame(uint8_t type, uint8_t flags, uint32_t stream, const void *bytes,
		       size_t length)
{
	struct frame frame = {
		.type = type, .flags = flags, .stream = stream, .length = (uint32_t)length
	};
	uint8_t header[FRAME_HEADER_SIZE];

	frame_encode(&frame, header);
	send_all(header, sizeof(header));
	send_all(bytes, length);
}

/* False if nothing comes in time or the server has gone. */
static bool receive_frame(struct frame *frame, const uint8_t **payload, int milliseconds)
{
	struct pollfd poll_fd = { .fd = server, .events = POLLIN };

	while (frame_reader_next(&reader, frame, payload) != FRAME_READY) {
		size_t size;
		uint8_t *space = frame_reader_space(&reader, &size);
		ssize_t got;

		if (poll(&poll_fd, 1, milliseconds) <= 0)
			return false;
		got = read(server, space, size);
		if (got <= 0)
			return false;
		frame_reader_filled(&reader, (size_t)got);
	}
	return true;
}

static void program_start(void)
{
	int pair[2];

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	log_file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	CHECK(log_file >= 0);
	peer_pid = fork();
	CHECK(peer_pid >= 0);
	if (!peer_pid) {
		int end = fcntl(pair[1], F_DUPFD, 10);

		if (dup2(end, 3) != 3 || dup2(log_file, 2) != 2)
			_exit(99);
		close(end);
		execl(peer_program, peer_program, NULL);
		_exit(99);
	}
	close(pair[1]);
	server = pair[0];
	frame_reader_init(&reader);
	peer_window = 0;
	next_export = 1;
	for (unsigned int i = 0; i < PEER_EXPORTS; i++) {
		free(streams[i].bytes);
		memset(&streams[i], 0, sizeof(streams[i]));
	}
}

/* The REPLY, in however many frames it comes. */
static struct payload reply_receive(void)
{
	static uint8_t bytes[1 << 20];
	struct payload reply = { .bytes = bytes };
	struct frame frame;
	const uint8_t *payload;

	do {
		CHECK(receive_frame(&frame, &payload, 10000));
		CHECK(frame.type == FRAME_REPLY && frame.stream == 3);
		CHECK(frame.length <= sizeof(bytes) - reply.length);
		memcpy(bytes + reply.length, payload, frame.length);
		reply.length += frame.length;
	} while (frame.flags & FRAME_MORE);
	return reply;
}

/* It tells of every export, in their order. */
static void exports_check(struct payload reply)
{
	struct field_reader exports = payload_reader(reply);
	struct field field;
	uint32_t number = 0;

	while (payload_next(&exports, FIELD_EXPORT, &field))
		CHECK(payload_u32(payload_group(&field), FIELD_NUMBER, EXPORT_MAX) == number++);
	CHECK(number == PEER_EXPORTS);
}

uint32_t peer_start(const char *path, char *text, size_t size)
{
	struct field_writer writer;
	struct payload reply;
	static uint8_t bytes[1 << 20];

	tree = path;
	program_start();
	writer = field_writer(bytes, sizeof(bytes));
	for (uint32_t i = 0; i < PEER_EXPORTS; i++) {
		size_t mark = field_group_begin(&writer, FIELD_EXPORT);

		field_put_u32(&writer, FIELD_NUMBER, i);
		field_put_text(&writer, FIELD_PATH, path);
		field_put_u64(&writer, FIELD_FLAGS,
			      i == PEER_READONLY ? MS_REC | MS_RDONLY : MS_REC);
		field_group_end(&writer, mark);
	}
	for (size_t at = 0, piece; at < writer.length; at += piece) {
		piece =
		    writer.length - at < FRAME_PAYLOAD_MAX ? writer.length - at : FRAME_PAYLOAD_MAX;
		send_frame(FRAME_PREPARE, at + piece < writer.length ? FRAME_MORE : 0, 3,
			   bytes + at, piece);
	}
	reply = reply_receive();
	CHECK(reply_valid(TO_SERVER, FRAME_PREPARE, reply));
	payload_text_of(reply, FIELD_TEXT, text, size);
	if (payload_u32(reply, FIELD_STATUS, 1) == 0)
		exports_check(reply);
	return payload_u32(reply, FIELD_STATUS, 1);
}

int peer_stop(void)
{
	int status;

	close(server);
	server = -1;
	CHECK(waitpid(peer_pid, &status, 0) == peer_pid);
	close(log_file);
	return status;
}

unsigned int peer_log_lines(void)
{
	unsigned int lines = 0;
	char byte;

	for (off_t at = 0; pread(log_file, &byte, 1, at) == 1; at++)
		lines += byte == '\n';
	return lines;
}

size_t message_make(uint8_t *message, uint32_t opcode, uint64_t node, const void *body, size_t size)
{
	static uint64_t unique;
	struct fuse_in_header header = {
		.len = (uint32_t)(sizeof(header) + size),
		.opcode = opcode,
		.unique = unique += 2,
		.nodeid = node,
	};

	memcpy(message, &header, sizeof(header));
	if (size)
		memcpy(message + sizeof(header), body, size);
	return sizeof(header) + size;
}

void peer_send(uint32_t export, const void *bytes, size_t length, size_t piece)
{
	for (size_t at = 0; at < length; at += piece) {
		size_t rest = length - at < piece ? length - at : piece;

		send_frame(FRAME_DATA, 0, STREAM_FILES + export, (const uint8_t *)bytes + at, rest);
	}
}

void peer_send_frame(uint8_t type, uint32_t export, const void *bytes, size_t length)
{
	send_frame(type, 0, STREAM_FILES + export, bytes, length);
}

static void frame_take(const struct frame *frame, const uint8_t *payload)
{
	uint32_t export = frame->stream - STREAM_FILES;

	CHECK(export < PEER_EXPORTS && !streams[export].ended);
	if (frame->type == FRAME_WINDOW) {
		peer_window += little_get32(payload);
	} else if (frame->type == FRAME_END) {
		streams[export].ended = true;
	} else {
		CHECK(frame->type == FRAME_DATA);
		if (!streams[export].bytes)
			streams[export].bytes = malloc(BODY_MAX);
		CHECK(streams[export].length + frame->length <= BODY_MAX);
		memcpy(streams[export].bytes + streams[export].length, payload, frame->length);
		streams[export].length += frame->length;
	}
}

int peer_receive(uint32_t export, uint8_t *body, int *error, int milliseconds)
{
	struct fuse_out_header header;
	struct frame frame;
	const uint8_t *payload;

	for (;;) {
		size_t have = streams[export].length;

		if (have >= sizeof(header)) {
			memcpy(&header, streams[export].bytes, sizeof(header));
			CHECK(header.len >= sizeof(header) && header.error <= 0);
			if (have >= header.len)
				break;
		}
		if (streams[export].ended)
			return PEER_END;
		if (!receive_frame(&frame, &payload, milliseconds))
			return PEER_NOTHING;
		frame_take(&frame, payload);
	}
	if (body)
		memcpy(body, streams[export].bytes + sizeof(header), header.len - sizeof(header));
	streams[export].length -= header.len;
	memmove(streams[export].bytes, streams[export].bytes + header.len, streams[export].length);
	*error = -header.error;
	return (int)(header.len - sizeof(header));
}

int peer_ask(uint32_t export, uint32_t opcode, uint64_t node, const void *body, size_t size,
	     void *answer)
{
	static uint8_t message[BODY_MAX];
	size_t length = message_make(message, opcode, node, body, size);
	int error, result;

	peer_send(export, message, length, FRAME_PAYLOAD_MAX);
	result = peer_receive(export, answer, &error, 10000);
	CHECK(result != PEER_NOTHING);
	return result == PEER_END ? PEER_END : error;
}

int peer_init(uint32_t export)
{
	struct fuse_init_in in = {
		.major = 7, .minor = 41, .max_readahead = 131072, .flags = ~0u, .flags2 = ~0u
	};
	uint8_t out[256];

	return peer_ask(export, FUSE_INIT, 0, &in, sizeof(in), out);
}

uint64_t peer_lookup(uint32_t export, uint64_t parent, const char *name)
{
	struct fuse_entry_out entry;
	int error = peer_ask(export, FUSE_LOOKUP, parent, name, strlen(name) + 1, &entry);

	return error ? 0 : entry.nodeid;
}

uint32_t peer_fresh(void)
{
	if (server < 0 || next_export == PEER_READONLY - 2) {
		if (server >= 0)
			CHECK(peer_stop() == 0);
		CHECK(peer_start(tree, NULL, 0) == 0);
	}
	CHECK(!peer_init(next_export));
	return next_export++;
}
