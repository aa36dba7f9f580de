/* SPDX-License-Identifier: Apache-2.0 */
#include "dispatch.h"

#include "ending.h"
#include "hello.h"
#include "little_endian.h"
#include "log.h"
#include "refresh.h"

static bool hello_take(struct agent *agent, const struct frame *frame, struct payload payload)
{
	struct hello hello;
	enum hello_verdict verdict = hello_read(frame->type, frame->stream, payload, &hello);

	if (verdict == HELLO_FOREIGN)
		log_error("the host speaks protocol %u to %u, this agent %u to %u", hello.least,
			  hello.version, PROTOCOL_VERSION_MIN, PROTOCOL_VERSION);
	agent->greeted = verdict == HELLO_GOOD;
	return agent->greeted;
}

/* DATA, END and WINDOW of a process's streams. Only stdin comes from the host, only stdout and
 * stderr have a window that it gives back. */
static bool stream_frame(struct agent *agent, const struct frame *frame, const uint8_t *payload)
{
	uint32_t which = frame->stream % 4;
	struct process *process = process_find(&agent->processes, frame->stream / 4);

	if (which == 3 || (frame->type == FRAME_WINDOW) == (which == 0) || frame->stream / 4 == 0 ||
	    frame->stream / 4 > PROCESS_MAX)
		return false;
	if (!process)
		return true; /* gone: the two directions cross */
	if (frame->type == FRAME_WINDOW)
		return output_window(&agent->loop, &process->output[which - 1],
				     little_get32(payload));
	if (!process->input.open || process->input.ended)
		return true;
	if (frame->type == FRAME_DATA)
		return input_data(&agent->loop, &process->input, payload, frame->length);
	input_end(&agent->loop, &process->input);
	return true;
}

static bool export_frame(struct agent *agent, const struct frame *frame, const uint8_t *payload)
{
	uint32_t number = frame->stream - STREAM_FILES;

	if (number >= EXPORT_MAX)
		return false;
	if (frame->type == FRAME_DATA)
		return files_data(&agent->container.files, number, payload, frame->length);
	if (frame->type == FRAME_WINDOW)
		return files_window(&agent->loop, &agent->container.files, number,
				    little_get32(payload));
	files_end(&agent->container.files, number);
	return true;
}

/* Requests. False if a message is none of these. */
static bool request_frame(struct agent *agent, const struct frame *frame, struct payload payload)
{
	struct container *container = &agent->container;
	struct processes *processes = &agent->processes;
	struct loop *loop = &agent->loop;
	uint32_t request = frame->stream;

	switch (frame->type) {
	case FRAME_PING:
		outbox_reply(&loop->outbox, request, 0, "");
		return true;
	case FRAME_PREPARE:
		if (container->state == CONTAINER_NONE)
			network_bring(&agent->network, payload);
		container_prepare(loop, container, request, payload);
		resolver_follow(loop, &agent->resolver, container, payload);
		return true;
	case FRAME_RUN:
		process_run(loop, processes, container, request, payload);
		return true;
	case FRAME_SIGNAL:
		process_signal(loop, processes, container, request, payload);
		return true;
	case FRAME_RESIZE:
		process_resize(loop, processes, request, payload);
		return true;
	case FRAME_REFRESH:
		refresh(loop, &agent->timekeeping, container, request, payload);
		return true;
	case FRAME_UPDATE:
		update_start(loop, &agent->update, container, request, payload);
		return true;
	case FRAME_NETWORK:
		if (network_start(loop, &agent->network, container, request, payload))
			resolver_follow(loop, &agent->resolver, container, payload);
		return true;
	case FRAME_STATS:
		stats_take(loop, &agent->stats, container, request, payload);
		return true;
	case FRAME_SHUTDOWN:
		outbox_reply(&loop->outbox, request, 0, "");
		ending_begin(loop, container);
		return true;
	default:
		return false;
	}
}

/* Messages that nothing answers. */
static bool notice_frame(struct agent *agent, const struct frame *frame, struct payload payload)
{
	struct loop *loop = &agent->loop;

	switch (frame->type) {
	case FRAME_CLOCK_SET:
		timekeeping_ask(loop, &agent->timekeeping, true);
		return true;
	case FRAME_TIME:
		timekeeping_told(loop, &agent->timekeeping, payload);
		return true;
	case FRAME_DNS_ANSWER:
		resolver_answer(loop, &agent->resolver, payload);
		return true;
	default:
		return false;
	}
}

/* A message that is whole. */
static bool message_take(struct agent *agent, const struct frame *frame, struct payload payload)
{
	if (frame->type == FRAME_HELLO)
		return hello_take(agent, frame, payload);
	return payload_valid(TO_AGENT, frame->type, payload) &&
	       (request_frame(agent, frame, payload) ||
		(frame->stream == 0 && notice_frame(agent, frame, payload)));
}

bool dispatch(struct agent *agent, const struct frame *frame, const uint8_t *bytes)
{
	struct payload payload;
	enum message_status status;
	bool good;

	/* HELLO comes first, and once. */
	if (agent->greeted == (frame->type == FRAME_HELLO))
		return false;
	if (frame->type == FRAME_DATA || frame->type == FRAME_END || frame->type == FRAME_WINDOW) {
		if (frame->flags || (frame->type == FRAME_END && frame->length) ||
		    (frame->type == FRAME_WINDOW && frame->length != sizeof(uint32_t)))
			return false;
		return frame->stream >= STREAM_FILES ? export_frame(agent, frame, bytes)
						     : stream_frame(agent, frame, bytes);
	}
	status = messages_add(&agent->messages, frame, bytes, &payload);
	if (status != MESSAGE_WHOLE)
		return status == MESSAGE_PARTIAL;
	good = message_take(agent, frame, payload);
	messages_done(&agent->messages, payload);
	return good;
}
