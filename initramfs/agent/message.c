/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <string.h>
#include <sys/mman.h>

static struct message *message_find(struct messages *messages, const struct frame *frame)
{
	for (size_t i = 0; i < MESSAGE_PARTS_MAX; i++) {
		struct message *message = &messages->parts[i];

		if (message->bytes && message->type == frame->type &&
		    message->stream == frame->stream)
			return message;
	}
	return NULL;
}

static struct message *message_begin(struct messages *messages, const struct frame *frame)
{
	for (size_t i = 0; i < MESSAGE_PARTS_MAX; i++) {
		struct message *message = &messages->parts[i];
		void *bytes;

		if (message->bytes)
			continue;
		/* The kernel backs only the pages that are written. */
		bytes = mmap(NULL, MESSAGE_MAX_TO_AGENT, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (bytes == MAP_FAILED)
			return NULL;
		*message = (struct message){ .bytes = bytes,
					     .stream = frame->stream,
					     .type = frame->type };
		return message;
	}
	return NULL;
}

enum message_status messages_add(struct messages *messages, const struct frame *frame,
				 const uint8_t *bytes, struct payload *payload)
{
	struct message *message = message_find(messages, frame);
	bool more = frame->flags & FRAME_MORE;

	if (!message && !more) {
		*payload = (struct payload){ .bytes = bytes, .length = frame->length };
		return MESSAGE_WHOLE;
	}
	if (!message)
		message = message_begin(messages, frame);
	if (!message || frame->length > MESSAGE_MAX_TO_AGENT - message->length)
		return MESSAGE_BAD;
	memcpy(message->bytes + message->length, bytes, frame->length);
	message->length += frame->length;
	*payload = (struct payload){ .bytes = message->bytes, .length = message->length };
	return more ? MESSAGE_PARTIAL : MESSAGE_WHOLE;
}

void messages_done(struct messages *messages, struct payload payload)
{
	for (size_t i = 0; i < MESSAGE_PARTS_MAX; i++) {
		struct message *message = &messages->parts[i];

		if (!message->bytes || message->bytes != payload.bytes)
			continue;
		munmap(message->bytes, MESSAGE_MAX_TO_AGENT);
		message->bytes = NULL;
	}
}
