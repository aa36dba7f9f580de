/* SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "failure.h"
#include "guest.h"
#include "log.h"
#include "processes.h"
#include "requests.h"
#include "scan.h"

static void engine_drop(struct monitor *monitor, const char *why)
{
	log_info("engine: %s", why);
	close(monitor->engine.fd);
	monitor->engine = (struct peer){ .fd = -1 };
	monitor->from_engine.held = false;
	monitor->engine_greeted = false;
	monitor->connect_number = 0;
	monitor->orphan_deadline = clock_ms() + ORPHAN_MS;
	requests_orphan(monitor);
}

void engine_send(struct monitor *monitor, const struct frame *frame, const void *payload)
{
	if (monitor->engine.fd < 0)
		return;
	if (!queue_append_frame(&monitor->to_engine, frame, payload))
		engine_drop(monitor, "it does not read");
}

static void fields_send(struct monitor *monitor, uint8_t type, uint32_t number,
			const struct field_writer *writer)
{
	struct frame frame = { .type = type, .stream = number };

	frame.length = (uint32_t)writer->length;
	engine_send(monitor, &frame, writer->bytes);
}

void engine_reply(struct monitor *monitor, uint32_t number, int status, const char *text)
{
	uint8_t bytes[512];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_STATUS, (uint32_t)status);
	if (text)
		field_put_text(&writer, FIELD_TEXT, text);
	fields_send(monitor, FRAME_REPLY, number, &writer);
}

void engine_connect_reply(struct monitor *monitor, int status, const char *text)
{
	uint32_t number = monitor->connect_number;

	monitor->connect_number = 0;
	if (number)
		engine_reply(monitor, number, status, text);
}

static void oom_tell(struct monitor *monitor)
{
	uint8_t bytes[32];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	if (monitor->oom_told || !monitor->oom_kills)
		return;
	monitor->oom_told = true;
	field_put_u64(&writer, FIELD_OOM_KILLS, monitor->oom_kills);
	fields_send(monitor, FRAME_OOM, 0, &writer);
}

void engine_tell(struct monitor *monitor)
{
	uint8_t bytes[512];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	if (!monitor->engine_greeted)
		return;
	oom_tell(monitor);
	if (monitor->phase == PHASE_LOST) {
		field_put_text(&writer, FIELD_TEXT, monitor->reason);
		fields_send(monitor, FRAME_LOST, 0, &writer);
	} else if (monitor->phase == PHASE_ENDING) {
		field_put_u32(&writer, FIELD_PROCESS, PROCESS_MAIN);
		field_put_u32(&writer, FIELD_CODE, (uint32_t)monitor->exit_code);
		fields_send(monitor, FRAME_EXITED, 0, &writer);
	}
}

void engine_accept(struct monitor *monitor)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int fd = accept4(monitor->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) || peer.uid != 0) {
		close(fd);
		return;
	}
	if (monitor->engine.fd >= 0)
		engine_drop(monitor, "another one connects");
	monitor->engine = (struct peer){ .fd = fd, .readable = true, .writable = true };
	frame_reader_init(&monitor->from_engine.reader);
	queue_drop(&monitor->to_engine, queue_length(&monitor->to_engine));
	field_put_u32(&writer, FIELD_PROTOCOL, PROTOCOL_VERSION);
	field_put_u32(&writer, FIELD_PROTOCOL_MIN, PROTOCOL_VERSION_MIN);
	fields_send(monitor, FRAME_HELLO, 0, &writer);
}

static enum verdict hello_take(struct monitor *monitor, const struct frame *frame,
			       const uint8_t *payload)
{
	struct field_reader reader = field_reader(payload, frame->length);
	uint32_t version = 0, least = 0;
	struct field field;

	while (field_next(&reader, &field)) {
		if (field.tag == FIELD_PROTOCOL && !field_u32(&field, &version))
			version = 0;
		if (field.tag == FIELD_PROTOCOL_MIN && !field_u32(&field, &least))
			least = UINT32_MAX;
	}
	if (frame->type != FRAME_HELLO || reader.bad || version < PROTOCOL_VERSION_MIN ||
	    least > PROTOCOL_VERSION)
		return protocol_broken(monitor, "its first frame is no HELLO of our protocol");
	monitor->engine_greeted = true;
	engine_tell(monitor);
	return TAKEN;
}

/* `name` is a socket's in the folder that was opened while that was allowed. */
static struct channel *socket_join(const struct monitor *monitor, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct channel *channel = NULL;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), reason;

	memcpy(address.sun_path, name, strlen(name) + 1);
	if (fd >= 0 && fchdir(monitor->agents) == 0 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		channel = channel_from_socket(fd);
	reason = errno;
	if (chdir("/"))
		reason = errno;
	if (!channel && fd >= 0)
		close(fd);
	errno = reason;
	return channel;
}

/* The devices were opened while that was allowed; the channel owns them from here on. */
static struct channel *vchan_join(struct monitor *monitor, uint32_t domid, uint32_t ring_ref,
				  uint32_t port)
{
	int gntdev = monitor->gntdev, evtchn = monitor->evtchn;

	if (gntdev < 0 || evtchn < 0) {
		errno = ENODEV;
		return NULL;
	}
	monitor->gntdev = monitor->evtchn = -1;
	return channel_join_vchan(gntdev, evtchn, domid, ring_ref, port);
}

static enum verdict connect_take(struct monitor *monitor, const struct frame *frame,
				 const uint8_t *payload)
{
	struct field_reader reader = field_reader(payload, frame->length);
	uint32_t domid = 0, ring_ref = 0, port = 0;
	char name[sizeof(((struct sockaddr_un *)0)->sun_path)] = "";
	struct channel *channel;
	struct failure failure;
	struct field field;
	bool good = true;

	while (good && field_next(&reader, &field)) {
		good = field.tag == FIELD_DOMID	     ? field_u32(&field, &domid)
		       : field.tag == FIELD_RING_REF ? field_u32(&field, &ring_ref)
		       : field.tag == FIELD_PORT     ? field_u32(&field, &port)
		       : field.tag == FIELD_SOCKET   ? field_text(&field, name, sizeof(name))
						     : false;
	}
	if (!good || reader.bad)
		return protocol_broken(monitor, "its CONNECT is malformed");
	if (monitor->phase != PHASE_WAITING) {
		engine_reply(monitor, frame->stream, EISCONN, "a guest is joined already");
		return TAKEN;
	}
	channel = name[0] ? socket_join(monitor, name) : vchan_join(monitor, domid, ring_ref, port);
	if (!channel) {
		if (name[0])
			failure_errno(&failure, errno, "connect to the agent at %s", name);
		else
			failure_errno(&failure, errno, "join the vchan of domain %u", domid);
		engine_reply(monitor, frame->stream, failure.status, failure.text);
		return TAKEN;
	}
	monitor->connect_number = frame->stream;
	guest_join(monitor, channel);
	return TAKEN;
}

static enum verdict stop_take(struct monitor *monitor, const struct frame *frame,
			      const uint8_t *payload)
{
	struct field_reader reader = field_reader(payload, frame->length);
	struct field field, text = { .length = 0 };
	uint32_t code = UINT32_MAX;
	bool good = true;

	while (good && field_next(&reader, &field)) {
		if (field.tag == FIELD_TEXT)
			text = field;
		else
			good = field.tag == FIELD_CODE && field_u32(&field, &code);
	}
	if (!good || reader.bad || code > 255)
		return protocol_broken(monitor, "its STOP is malformed");
	/* An exit code that the guest gave already is the container's. */
	if (monitor->phase == PHASE_ENDING)
		return TAKEN;
	log_info("stopped with %u: %.*s", code, (int)text.length, (const char *)text.bytes);
	guest_leave(monitor);
	monitor->exit_code = (int)code;
	monitor->phase = PHASE_ENDING;
	monitor->drain_ms = STOP_DRAIN_MS;
	processes_killed(monitor);
	process_exited(monitor->processes[PROCESS_MAIN], (int)code);
	monitor->processes[PROCESS_MAIN]->drain_deadline = clock_ms() + STOP_DRAIN_MS;
	return TAKEN;
}

static enum verdict frame_take(struct monitor *monitor, const struct frame *frame,
			       const uint8_t *payload)
{
	if (!monitor->engine_greeted)
		return hello_take(monitor, frame, payload);
	switch (frame->type) {
	case FRAME_PING:
	case FRAME_PREPARE:
	case FRAME_RUN:
	case FRAME_SIGNAL:
	case FRAME_RESIZE:
	case FRAME_UPDATE:
	case FRAME_STATS:
	case FRAME_NETWORK:
	case FRAME_SHUTDOWN:
	case FRAME_REFRESH:
		return request_forward(monitor, frame, payload);
	}
	if (frame->flags & FRAME_MORE || frame->stream == 0)
		return protocol_broken(monitor, "it sends a malformed request");
	switch (frame->type) {
	case FRAME_CONNECT:
		return connect_take(monitor, frame, payload);
	case FRAME_SCAN_NET:
		scan_answer(monitor, frame->stream);
		return TAKEN;
	case FRAME_STOP:
		return stop_take(monitor, frame, payload);
	}
	return protocol_broken(monitor, "it sends frame type %u", frame->type);
}

static bool engine_write(struct monitor *monitor)
{
	size_t length = queue_length(&monitor->to_engine);
	ssize_t count;

	if (!monitor->engine.writable || length == 0)
		return false;
	count = send(monitor->engine.fd, queue_front(&monitor->to_engine), length,
		     MSG_NOSIGNAL | MSG_DONTWAIT);
	if (count > 0)
		queue_drop(&monitor->to_engine, (size_t)count);
	else
		monitor->engine.writable = false;
	return count > 0;
}

static bool engine_fill(struct monitor *monitor)
{
	size_t size;
	uint8_t *space = frame_reader_space(&monitor->from_engine.reader, &size);
	ssize_t count;

	if (!monitor->engine.readable)
		return false;
	count = recv(monitor->engine.fd, space, size, MSG_DONTWAIT);
	if (count > 0) {
		frame_reader_filled(&monitor->from_engine.reader, (size_t)count);
		return true;
	}
	monitor->engine.readable = false;
	if (count == 0 || (errno != EAGAIN && errno != EINTR))
		engine_drop(monitor, "the connection ended");
	return false;
}

bool engine_pump(struct monitor *monitor)
{
	struct source *source = &monitor->from_engine;
	bool moved = false;

	if (monitor->engine.fd < 0)
		return false;
	for (int turn = 0; turn < TURN_FRAMES && monitor->engine.fd >= 0; turn++) {
		enum frame_status status = source_next(source);

		if (status == FRAME_NONE) {
			if (!engine_fill(monitor))
				break;
			moved = true;
			continue;
		}
		moved = true;
		if (status == FRAME_BAD)
			engine_drop(monitor, "it sends a malformed frame");
		else if (frame_take(monitor, &source->frame, source->payload) == BROKEN)
			engine_drop(monitor, monitor->reason);
	}
	/* A guest may tell of OOM kills as often as it likes: the engine is told of the newest
	 * count when it has taken everything else. */
	if (monitor->engine_greeted && queue_length(&monitor->to_engine) == 0)
		oom_tell(monitor);
	if (monitor->engine.fd >= 0)
		moved = engine_write(monitor) || moved;
	return moved;
}
