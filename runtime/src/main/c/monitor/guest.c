/* SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "engine_link.h"
#include "hello.h"
#include "little_endian.h"
#include "log.h"
#include "process_table.h"
#include "processes.h"
#include "requests.h"
#include "resolver.h"
#include "streams.h"

int guest_join(struct monitor *monitor, struct channel *channel)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct frame hello = { .type = FRAME_HELLO };

	hello_put(&writer);
	hello.length = (uint32_t)writer.length;
	monitor->channel = channel;
	monitor->guest =
	    (struct peer){ .fd = channel_fd(channel), .readable = true, .writable = true };
	monitor->from_guest.held = false;
	frame_reader_init(&monitor->from_guest.reader);
	queue_drop(&monitor->to_guest, queue_length(&monitor->to_guest));
	queue_append_frame(&monitor->to_guest, &hello, bytes);
	monitor->phase = PHASE_GREETING;
	monitor->phase_deadline = clock_ms() + HELLO_MS;
	return 0;
}

void guest_leave(struct monitor *monitor)
{
	channel_close(monitor->channel);
	monitor->channel = NULL;
	monitor->guest.fd = -1;
	monitor->from_guest.held = false;
	resolver_drop(&monitor->resolver);
}

/* CONNECT has failed; another may follow. */
static void join_failed(struct monitor *monitor, int status)
{
	log_warn("join the guest: %s", monitor->reason);
	guest_leave(monitor);
	monitor->phase = PHASE_WAITING;
	engine_connect_reply(monitor, status, monitor->reason);
}

void guest_silent(struct monitor *monitor)
{
	protocol_broken(monitor, "the guest's agent did not say hello within %d s",
			HELLO_MS / 1000);
	join_failed(monitor, ETIMEDOUT);
}

void guest_lost(struct monitor *monitor, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (monitor->phase == PHASE_LOST || monitor->phase == PHASE_ENDING)
		return;
	memcpy(monitor->reason, text, sizeof(text));
	if (monitor->phase == PHASE_GREETING) {
		join_failed(monitor, EPROTO);
		return;
	}
	log_warn("lost: %s", text);
	guest_leave(monitor);
	processes_killed(monitor);
	monitor->phase = PHASE_LOST;
	monitor->phase_deadline = clock_ms() + LOST_MS;
	requests_fail(monitor, EIO, text);
	engine_tell(monitor);
}

static enum verdict hello_take(struct monitor *monitor, const struct frame *frame,
			       struct payload payload)
{
	struct hello hello;

	switch (hello_read(frame->type, frame->stream, payload, &hello)) {
	case HELLO_MALFORMED:
		return protocol_broken(monitor, "the guest's first frame is not a good HELLO");
	case HELLO_FOREIGN:
		return protocol_broken(monitor, "the guest speaks protocol %u (at least %u)",
				       hello.version, hello.least);
	case HELLO_GOOD:
		break;
	}
	monitor->phase = PHASE_SERVING;
	monitor->was_joined = true;
	engine_connect_reply(monitor, 0, NULL);
	return TAKEN;
}

/* What a process says whose session is gone is dropped. */
static bool stream_is_output(uint32_t stream)
{
	return stream >= STREAM_STDOUT(PROCESS_MAIN) && stream <= STREAM_STDERR(PROCESS_MAX) &&
	       (stream % 4 == 1 || stream % 4 == 2);
}

static enum verdict file_frame_take(struct monitor *monitor, const struct frame *frame,
				    const uint8_t *payload)
{
	uint32_t number = frame->stream - STREAM_FILES;
	struct export *export;

	if (number >= monitor->exports || frame->type == FRAME_WINDOW)
		return protocol_broken(monitor, "the guest sends frame type %u for export %u",
				       frame->type, number);
	export = &monitor->export[number];
	if (export->ended)
		return TAKEN;
	if (frame->type == FRAME_DATA && frame->length > export->window)
		return protocol_broken(monitor, "the guest overruns the window of export %u",
				       number);
	if (!queue_append_frame(&monitor->to_server, frame, payload))
		return HELD;
	if (frame->type == FRAME_DATA)
		export->window -= frame->length;
	else
		export->ended = true;
	return TAKEN;
}

static enum verdict data_take(struct monitor *monitor, const struct frame *frame,
			      const uint8_t *payload)
{
	struct process *process = process_of(monitor, frame->stream / 4);
	struct output *output = output_of(process, frame->stream);

	if (frame->stream >= STREAM_FILES)
		return file_frame_take(monitor, frame, payload);
	if (!output) {
		if (stream_is_output(frame->stream))
			return TAKEN;
		return protocol_broken(monitor, "the guest sends data on stream %u", frame->stream);
	}
	if (output->ended)
		return TAKEN;
	if (frame->length > output->window)
		return protocol_broken(monitor, "the guest overruns the window of stream %u",
				       frame->stream);
	output->window -= frame->length;
	if (output->gone) {
		output->granted += frame->length;
		return TAKEN;
	}
	if (queue_length(&output->queue) == 0)
		process->taken = clock_ms();
	queue_append(&output->queue, payload, frame->length);
	return TAKEN;
}

static enum verdict end_take(struct monitor *monitor, const struct frame *frame,
			     const uint8_t *payload)
{
	struct output *output = output_of(process_of(monitor, frame->stream / 4), frame->stream);

	if (frame->length != 0)
		return protocol_broken(monitor, "the guest sends an END with a payload");
	if (frame->stream >= STREAM_FILES)
		return file_frame_take(monitor, frame, payload);
	if (!output && !stream_is_output(frame->stream))
		return protocol_broken(monitor, "the guest ends stream %u", frame->stream);
	if (output)
		output->ended = true;
	return TAKEN;
}

static enum verdict window_take(struct monitor *monitor, const struct frame *frame,
				const uint8_t *payload)
{
	struct process *process;
	uint32_t more;

	if (frame->length != sizeof(more) || frame->stream % 4 != 0 ||
	    frame->stream > STREAM_STDIN(PROCESS_MAX) || frame->stream == 0)
		return protocol_broken(monitor, "the guest sends a malformed WINDOW");
	process = process_of(monitor, frame->stream / 4);
	if (!process)
		return TAKEN;
	more = little_get32(payload);
	if (more > STREAM_WINDOW - process->input.window)
		return protocol_broken(monitor, "the guest opens stdin's window too far");
	process->input.window += more;
	return TAKEN;
}

/* The main process's end is the guest's last word. */
static void main_exited(struct monitor *monitor, uint32_t code)
{
	monitor->exit_code = (int)code;
	process_exited(monitor->processes[PROCESS_MAIN], (int)code);
	processes_killed(monitor);
	monitor->phase = PHASE_ENDING;
	log_info("exited with %u", code);
	requests_fail(monitor, ESRCH, "the container has ended");
	engine_tell(monitor);
	guest_leave(monitor);
}

static enum verdict exited_take(struct monitor *monitor, struct payload payload)
{
	uint32_t process = payload_u32(payload, FIELD_PROCESS, 0);
	uint32_t code = payload_u32(payload, FIELD_CODE, 0);

	if (process < PROCESS_MAIN)
		return protocol_broken(monitor, "the guest sends a malformed EXITED");
	/* The session stands for a process by exec: the engine need not know. */
	if (process == PROCESS_MAIN)
		main_exited(monitor, code);
	else if (process_of(monitor, process))
		process_exited(process_of(monitor, process), (int)code);
	return TAKEN;
}

static enum verdict oom_take(struct monitor *monitor, struct payload payload)
{
	uint64_t kills = payload_u64(payload, FIELD_OOM_KILLS, 0);

	monitor->oom_told = monitor->oom_told && kills == monitor->oom_kills;
	monitor->oom_kills = kills;
	return TAKEN;
}

/* A message that is neither of a stream nor a REPLY: it has no number. */
static enum verdict message_take(struct monitor *monitor, const struct frame *frame,
				 struct payload payload)
{
	const char *name = frame_name(FROM_AGENT, frame->type);

	if (!name)
		return protocol_broken(monitor, "the guest sends frame type %u", frame->type);
	if (frame->stream != 0 || !payload_valid(FROM_AGENT, frame->type, payload))
		return protocol_broken(monitor, "the guest sends a malformed %s", name);
	switch (frame->type) {
	case FRAME_EXITED:
		return exited_take(monitor, payload);
	case FRAME_OOM:
		return oom_take(monitor, payload);
	case FRAME_TIME_ASKED:
		monitor->time_asked = true;
		return TAKEN;
	case FRAME_DNS_QUERY:
		return resolver_ask(monitor, payload);
	}
	return protocol_broken(monitor, "the guest sends %s", name);
}

static enum verdict frame_take(struct monitor *monitor, const struct frame *frame,
			       const uint8_t *bytes)
{
	struct payload payload = { .bytes = bytes, .length = frame->length };

	if (frame->flags)
		return protocol_broken(monitor, "the guest cuts a message into frames");
	if (monitor->phase == PHASE_GREETING)
		return hello_take(monitor, frame, payload);
	switch (frame->type) {
	case FRAME_DATA:
		return data_take(monitor, frame, bytes);
	case FRAME_END:
		return end_take(monitor, frame, bytes);
	case FRAME_WINDOW:
		return window_take(monitor, frame, bytes);
	case FRAME_REPLY:
		return request_answered(monitor, frame, payload);
	default:
		return message_take(monitor, frame, payload);
	}
}

static bool guest_write(struct monitor *monitor)
{
	bool moved = false;

	while (monitor->guest.writable && queue_length(&monitor->to_guest)) {
		size_t length = queue_length(&monitor->to_guest);
		ssize_t count =
		    channel_write(monitor->channel, queue_front(&monitor->to_guest), length);

		if (count < 0 && errno != EAGAIN) {
			/* What the guest said last may still be readable. */
			queue_drop(&monitor->to_guest, length);
			return true;
		}
		if (count < (ssize_t)length)
			monitor->guest.writable = false;
		if (count > 0) {
			queue_drop(&monitor->to_guest, (size_t)count);
			moved = true;
		}
	}
	return moved;
}

/* Reads once. False if there is nothing now, or the channel has just ended. */
static bool guest_fill(struct monitor *monitor)
{
	size_t size;
	uint8_t *space = frame_reader_space(&monitor->from_guest.reader, &size);
	ssize_t count;

	if (!monitor->guest.readable)
		return false;
	count = channel_read(monitor->channel, space, size);
	if (count > 0) {
		frame_reader_filled(&monitor->from_guest.reader, (size_t)count);
		if ((size_t)count < size)
			monitor->guest.readable = false;
		return true;
	}
	monitor->guest.readable = false;
	if (count == 0)
		guest_lost(monitor, "the guest closed the channel");
	else if (errno != EAGAIN)
		guest_lost(monitor, "the guest's channel broke: %s", strerror(errno));
	return false;
}

bool guest_pump(struct monitor *monitor)
{
	struct source *source = &monitor->from_guest;
	bool moved;

	if (!monitor->channel)
		return false;
	moved = guest_write(monitor);
	for (int turn = 0; turn < TURN_FRAMES && monitor->channel; turn++) {
		enum frame_status status = source_next(source);
		enum verdict verdict;

		if (status == FRAME_NONE) {
			if (!guest_fill(monitor))
				break;
			moved = true;
			continue;
		}
		verdict = status == FRAME_BAD
			      ? protocol_broken(monitor, "the guest sends a malformed frame")
			      : frame_take(monitor, &source->frame, source->payload);
		if (verdict == HELD) {
			source->held = true;
			break;
		}
		moved = true;
		if (verdict == BROKEN)
			guest_lost(monitor, "%s", monitor->reason);
	}
	return moved;
}
