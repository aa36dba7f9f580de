/* SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "channel_socket.h"
#include "clock.h"
#include "engine_link.h"
#include "failure.h"
#include "guest.h"
#include "hello.h"
#include "log.h"
#include "netwatch.h"
#include "process_table.h"
#include "processes.h"
#include "requests.h"
#include "scan.h"
#include "vchan_host.h"

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
	requests_orphan(monitor);
	monitor->engine = (struct peer){ .fd = fd, .readable = true, .writable = true };
	frame_reader_init(&monitor->from_engine.reader);
	queue_drop(&monitor->to_engine, queue_length(&monitor->to_engine));
	hello_put(&writer);
	engine_send_fields(monitor, FRAME_HELLO, 0, &writer);
}

static enum verdict hello_take(struct monitor *monitor, const struct frame *frame,
			       struct payload payload)
{
	struct hello hello;

	if (hello_read(frame->type, frame->stream, payload, &hello) != HELLO_GOOD)
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

static void connect_take(struct monitor *monitor, uint32_t number, struct payload payload)
{
	char name[sizeof(((struct sockaddr_un *)0)->sun_path)] = "";
	uint32_t domid = payload_u32(payload, FIELD_DOMID, 0);
	struct channel *channel;
	struct failure failure;

	if (monitor->phase != PHASE_WAITING) {
		engine_reply(monitor, number, EISCONN, "a guest is joined already");
		return;
	}
	payload_text_of(payload, FIELD_SOCKET, name, sizeof(name));
	channel = name[0] ? socket_join(monitor, name)
			  : vchan_join(monitor, domid, payload_u32(payload, FIELD_RING_REF, 0),
				       payload_u32(payload, FIELD_PORT, 0));
	if (!channel) {
		if (name[0])
			failure_errno(&failure, errno, "connect to the agent at %s", name);
		else
			failure_errno(&failure, errno, "join the vchan of domain %u", domid);
		engine_reply(monitor, number, failure.status, failure.text);
		return;
	}
	monitor->connect_number = number;
	guest_join(monitor, channel);
}

static void stop_take(struct monitor *monitor, struct payload payload)
{
	int code = (int)payload_u32(payload, FIELD_CODE, 0);
	struct field text = { .length = 0 };

	/* An exit code that the guest gave already is the container's. */
	if (monitor->phase == PHASE_ENDING)
		return;
	payload_find(payload, FIELD_TEXT, &text);
	log_info("stopped with %d: %.*s", code, (int)text.length, (const char *)text.bytes);
	guest_leave(monitor);
	monitor->exit_code = code;
	monitor->phase = PHASE_ENDING;
	processes_stopped(monitor, code);
}

static enum verdict frame_take(struct monitor *monitor, const struct frame *frame,
			       const uint8_t *bytes)
{
	struct payload payload = { .bytes = bytes, .length = frame->length };
	const char *name = frame_name(TO_MONITOR, frame->type);

	if (!monitor->engine_greeted)
		return hello_take(monitor, frame, payload);
	if (frame_is_request(TO_AGENT, frame->type))
		return request_forward(monitor, frame, bytes);
	if (!name)
		return protocol_broken(monitor, "it sends frame type %u", frame->type);
	if (frame->flags || frame->stream == 0 || !payload_valid(TO_MONITOR, frame->type, payload))
		return protocol_broken(monitor, "its %s is malformed", name);
	switch (frame->type) {
	case FRAME_CONNECT:
		connect_take(monitor, frame->stream, payload);
		return TAKEN;
	case FRAME_SCAN_NET:
		scan_answer(monitor, frame->stream);
		return TAKEN;
	case FRAME_STOP:
		stop_take(monitor, payload);
		return TAKEN;
	}
	return protocol_broken(monitor, "it sends %s", name);
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
		engine_tell_oom(monitor);
	netwatch_tell(monitor);
	if (monitor->engine.fd >= 0)
		moved = engine_write(monitor) || moved;
	else
		requests_orphan(monitor);
	return moved;
}
