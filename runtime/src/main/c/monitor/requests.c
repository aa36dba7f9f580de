/* SPDX-License-Identifier: Apache-2.0 */
#include "requests.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "engine_link.h"
#include "process_table.h"

static struct request *request_open(struct monitor *monitor, enum request_owner owner, uint8_t type)
{
	for (size_t i = 0; i < REQUESTS_MAX; i++) {
		struct request *request = &monitor->table[i];

		if (request->owner != REQUEST_FREE)
			continue;
		if (++monitor->next_number == 0)
			monitor->next_number = 1;
		*request = (struct request){ .owner = owner,
					     .type = type,
					     .number = monitor->next_number };
		return request;
	}
	return NULL;
}

/* The process that a RUN starts: the one thing that the monitor must know of a request, and finds
 * in its first frame. 0 = none. */
static uint32_t process_started(const struct frame *frame, const uint8_t *bytes)
{
	struct payload payload = { .bytes = bytes, .length = frame->length };

	return frame->type == FRAME_RUN ? payload_u32(payload, FIELD_PROCESS, 0) : 0;
}

/* Why no request can be sent now; NULL if one can. */
static const char *refusal(const struct monitor *monitor, int *status)
{
	switch (monitor->phase) {
	case PHASE_WAITING:
	case PHASE_GREETING:
		*status = ENOTCONN;
		return "no guest is joined";
	case PHASE_LOST:
		*status = EIO;
		return "the guest is lost";
	case PHASE_ENDING:
		*status = ESRCH;
		return "the container has ended";
	case PHASE_SERVING:
		break;
	}
	return NULL;
}

/* Puts a frame behind the whole messages; the part of an assembly, if there is one, stays last. */
static void frame_insert(struct monitor *monitor, const struct frame *frame, const uint8_t *payload)
{
	struct queue *queue = &monitor->requests;
	size_t length = FRAME_HEADER_SIZE + frame->length, part = monitor->assembly.length;
	uint8_t *place;

	queue_append_frame(queue, frame, payload);
	if (part == 0)
		return;
	place = queue->bytes + queue->tail - length - part;
	memmove(place + length, place, part);
	frame_encode(frame, place);
	memcpy(place + FRAME_HEADER_SIZE, payload, frame->length);
}

/* A message of one frame, or the first of several. */
static enum verdict request_begin(struct monitor *monitor, const struct frame *frame,
				  const uint8_t *payload)
{
	struct assembly *assembly = &monitor->assembly;
	bool more = frame->flags & FRAME_MORE;
	struct request *request = NULL;
	struct frame out = *frame;
	int status = EAGAIN;
	const char *text = refusal(monitor, &status);
	uint32_t starts = process_started(frame, payload);

	if (!text && starts && !process_of(monitor, starts)) {
		status = ESRCH;
		text = "no session stands for the process";
	}
	if (!text) {
		text = "the guest takes no more requests";
		if (queue_room(&monitor->requests) >= FRAME_HEADER_SIZE + frame->length)
			request = request_open(monitor, REQUEST_ENGINE, frame->type);
	}
	if (more)
		*assembly = (struct assembly){ .open = true,
					       .refused = !request,
					       .type = frame->type,
					       .engine_number = frame->stream };
	if (!request) {
		engine_reply(monitor, frame->stream, status, text);
		return TAKEN;
	}
	request->engine_number = frame->stream;
	request->starts = starts;
	if (starts)
		process_of(monitor, starts)->asked = true;
	out.stream = request->number;
	if (!more) {
		frame_insert(monitor, &out, payload);
		return TAKEN;
	}
	queue_append_frame(&monitor->requests, &out, payload);
	assembly->request = request;
	assembly->length = FRAME_HEADER_SIZE + frame->length;
	return TAKEN;
}

/* Its RUN has succeeded or failed. One that has lost its session meanwhile is killed if it runs,
 * and forgotten if it does not. */
static void process_answered(struct monitor *monitor, struct process *process, bool runs)
{
	if (!process || !process->asked)
		return;
	process->asked = false;
	process->running = runs;
	process->resized = process->terminal;
	if (!runs && process->number != PROCESS_MAIN && process->session.fd < 0)
		process_drop(monitor, process);
}

static void assembly_drop(struct monitor *monitor)
{
	struct assembly *assembly = &monitor->assembly;

	queue_cut(&monitor->requests, assembly->length);
	if (assembly->request) {
		process_answered(monitor, process_of(monitor, assembly->request->starts), false);
		assembly->request->owner = REQUEST_FREE;
	}
	assembly->request = NULL;
	assembly->length = 0;
	assembly->refused = true;
}

static enum verdict request_continue(struct monitor *monitor, const struct frame *frame,
				     const uint8_t *payload)
{
	struct assembly *assembly = &monitor->assembly;
	struct frame out = *frame;

	if (frame->length == 0 && frame->flags & FRAME_MORE)
		return protocol_broken(monitor, "the engine sent an empty part of a message");
	if (!assembly->refused &&
	    assembly->length + FRAME_HEADER_SIZE + frame->length > MESSAGE_MAX_TO_AGENT) {
		engine_reply(monitor, frame->stream, EMSGSIZE, "the request is too long");
		assembly_drop(monitor);
	}
	if (!assembly->refused) {
		out.stream = assembly->request->number;
		if (queue_append_frame(&monitor->requests, &out, payload)) {
			assembly->length += FRAME_HEADER_SIZE + frame->length;
		} else {
			engine_reply(monitor, frame->stream, EAGAIN,
				     "the guest takes no more requests");
			assembly_drop(monitor);
		}
	}
	/* Without the part's length all that is in the queue may be sent. */
	if (!(frame->flags & FRAME_MORE))
		*assembly = (struct assembly){ .open = false };
	return TAKEN;
}

enum verdict request_forward(struct monitor *monitor, const struct frame *frame,
			     const uint8_t *payload)
{
	struct assembly *assembly = &monitor->assembly;

	if (frame->stream == 0)
		return protocol_broken(monitor, "the engine sent a request without a number");
	if (assembly->open && assembly->type == frame->type &&
	    assembly->engine_number == frame->stream)
		return request_continue(monitor, frame, payload);
	if (assembly->open && frame->flags & FRAME_MORE)
		return protocol_broken(monitor, "the engine sends two long messages at once");
	return request_begin(monitor, frame, payload);
}

/* A request of the monitor's own, whose answer nobody waits for. False if it cannot be sent now. */
static bool request_own(struct monitor *monitor, uint8_t type, const struct field_writer *writer)
{
	struct frame frame = { .type = type, .length = (uint32_t)writer->length };
	struct request *request;

	if (queue_room(&monitor->requests) < FRAME_HEADER_SIZE + writer->length)
		return false;
	request = request_open(monitor, REQUEST_NOBODY, type);
	if (!request)
		return false;
	frame.stream = request->number;
	frame_insert(monitor, &frame, writer->bytes);
	return true;
}

static bool process_signal(struct monitor *monitor, struct process *process)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	if (process->signals_pending == 0)
		return false;
	field_put_u32(&writer, FIELD_PROCESS, process->number);
	field_put_u32(&writer, FIELD_SIGNAL,
		      (uint32_t)__builtin_ctzll(process->signals_pending) + 1);
	if (!request_own(monitor, FRAME_SIGNAL, &writer))
		return false;
	process->signals_pending &= process->signals_pending - 1;
	return true;
}

static bool process_resize(struct monitor *monitor, struct process *process)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct winsize size;

	if (!process->resized)
		return false;
	if (ioctl(process->output.peer.fd, TIOCGWINSZ, &size) || (!size.ws_row && !size.ws_col)) {
		process->resized = false;
		return false;
	}
	field_put_u32(&writer, FIELD_PROCESS, process->number);
	field_put_u32(&writer, FIELD_ROWS, size.ws_row);
	field_put_u32(&writer, FIELD_COLUMNS, size.ws_col);
	if (!request_own(monitor, FRAME_RESIZE, &writer))
		return false;
	process->resized = false;
	return true;
}

bool requests_signal(struct monitor *monitor)
{
	bool moved = false;

	for (uint32_t number = PROCESS_MAIN; number <= monitor->processes_top; number++) {
		struct process *process = monitor->processes[number];

		if (!process || !process->running || monitor->phase != PHASE_SERVING)
			continue;
		moved = process_resize(monitor, process) || moved;
		moved = process_signal(monitor, process) || moved;
	}
	return moved;
}

bool requests_pump(struct monitor *monitor)
{
	struct queue *queue = &monitor->requests;
	struct frame frame;
	bool moved = false;

	while (queue_length(queue) > monitor->assembly.length) {
		const uint8_t *front = queue_front(queue);
		size_t length;

		frame_decode(front, &frame);
		length = FRAME_HEADER_SIZE + frame.length;
		if (queue_room(&monitor->to_guest) < length)
			break;
		queue_append(&monitor->to_guest, front, length);
		queue_drop(queue, length);
		moved = true;
	}
	return moved;
}

enum verdict request_answered(struct monitor *monitor, const struct frame *frame,
			      struct payload payload)
{
	for (size_t i = 0; i < REQUESTS_MAX; i++) {
		struct request *request = &monitor->table[i];
		struct frame out = *frame;

		if (request->owner == REQUEST_FREE || request->number != frame->stream)
			continue;
		if (request == monitor->assembly.request)
			break;
		/* What the engine could not read would end its connection. */
		if (!reply_valid(TO_AGENT, request->type, payload))
			return protocol_broken(monitor, "the guest sends a malformed REPLY");
		if (request->starts)
			process_answered(monitor, process_of(monitor, request->starts),
					 payload_u32(payload, FIELD_STATUS, 1) == 0);
		out.stream = request->engine_number;
		if (request->owner == REQUEST_ENGINE)
			engine_send(monitor, &out, payload.bytes);
		request->owner = REQUEST_FREE;
		return TAKEN;
	}
	return protocol_broken(monitor, "the guest answers request %u, which nobody made",
			       frame->stream);
}

void requests_orphan(struct monitor *monitor)
{
	if (monitor->assembly.open)
		assembly_drop(monitor);
	monitor->assembly = (struct assembly){ .open = false };
	for (size_t i = 0; i < REQUESTS_MAX; i++)
		if (monitor->table[i].owner == REQUEST_ENGINE)
			monitor->table[i].owner = REQUEST_NOBODY;
}

void requests_fail(struct monitor *monitor, int status, const char *text)
{
	if (monitor->assembly.request) {
		engine_reply(monitor, monitor->assembly.engine_number, status, text);
		assembly_drop(monitor);
	}
	for (size_t i = 0; i < REQUESTS_MAX; i++) {
		struct request *request = &monitor->table[i];

		if (request->owner == REQUEST_ENGINE)
			engine_reply(monitor, request->engine_number, status, text);
		request->owner = REQUEST_FREE;
	}
}
