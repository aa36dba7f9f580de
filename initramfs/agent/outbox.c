/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox.h"

#include <string.h>

#include "field.h"

#define REPLY_TEXT_MAX 512

bool outbox_has_room(struct outbox *outbox)
{
	if (outbox->control_start == outbox->control_end)
		outbox->control_start = outbox->control_end = 0;
	if (OUTBOX_CONTROL_SIZE - outbox->control_end >= OUTBOX_RESERVE + OUTBOX_REPLY_MAX)
		return true;
	memmove(outbox->control, outbox->control + outbox->control_start,
		outbox->control_end - outbox->control_start);
	outbox->control_end -= outbox->control_start;
	outbox->control_start = 0;
	return OUTBOX_CONTROL_SIZE - outbox->control_end >= OUTBOX_RESERVE + OUTBOX_REPLY_MAX;
}

void outbox_control(struct outbox *outbox, uint8_t type, uint32_t stream, const void *payload,
		    size_t length)
{
	struct frame frame = { .type = type, .stream = stream, .length = (uint32_t)length };
	uint8_t *place = outbox->control + outbox->control_end;

	frame_encode(&frame, place);
	if (length)
		memcpy(place + FRAME_HEADER_SIZE, payload, length);
	outbox->control_end += FRAME_HEADER_SIZE + length;
}

void outbox_reply(struct outbox *outbox, uint32_t request, uint32_t status, const char *text)
{
	uint8_t payload[2 * FIELD_HEADER_SIZE + sizeof(uint32_t) + REPLY_TEXT_MAX];
	struct field_writer writer = field_writer(payload, sizeof(payload));

	field_put_u32(&writer, FIELD_STATUS, status);
	if (*text)
		field_put(&writer, FIELD_TEXT, text, strnlen(text, REPLY_TEXT_MAX));
	outbox_control(outbox, FRAME_REPLY, request, payload, writer.length);
}

uint8_t *outbox_payload(struct outbox *outbox)
{
	return outbox->frame + FRAME_HEADER_SIZE;
}

void outbox_frame(struct outbox *outbox, uint8_t type, uint32_t stream, size_t length)
{
	struct frame frame = { .type = type, .stream = stream, .length = (uint32_t)length };

	frame_encode(&frame, outbox->frame);
	outbox->start = 0;
	outbox->end = FRAME_HEADER_SIZE + length;
}

static void list_append(struct sender_list *list, struct sender *sender)
{
	sender->next = NULL;
	sender->listed = true;
	if (list->last)
		list->last->next = sender;
	else
		list->first = sender;
	list->last = sender;
}

static struct sender *list_take(struct sender_list *list)
{
	struct sender *sender = list->first;

	list->first = sender->next;
	if (!list->first)
		list->last = NULL;
	sender->listed = false;
	return sender;
}

static void list_remove(struct sender_list *list, struct sender *sender)
{
	struct sender *before = NULL;

	for (struct sender *at = list->first; at; before = at, at = at->next) {
		if (at != sender)
			continue;
		if (before)
			before->next = at->next;
		else
			list->first = at->next;
		if (list->last == at)
			list->last = before;
		at->listed = false;
		return;
	}
}

void sender_urgent(struct outbox *outbox, struct sender *sender)
{
	if (!sender->listed)
		list_append(&outbox->urgent, sender);
}

void sender_bulk(struct outbox *outbox, struct sender *sender)
{
	if (!sender->listed)
		list_append(&outbox->bulk, sender);
}

void sender_forget(struct outbox *outbox, struct sender *sender)
{
	if (!sender->listed)
		return;
	list_remove(&outbox->urgent, sender);
	list_remove(&outbox->bulk, sender);
}

/* Asks listed senders, in turn, until one has a frame. */
static bool list_fill(struct loop *loop, struct sender_list *list)
{
	while (list->first) {
		struct sender *sender = list_take(list);

		if (!sender->fill(loop, sender))
			continue;
		if (!sender->listed)
			list_append(list, sender);
		return true;
	}
	return false;
}

static bool control_fill(struct outbox *outbox)
{
	struct frame frame;
	size_t length;

	if (outbox->control_start == outbox->control_end ||
	    !frame_decode(outbox->control + outbox->control_start, &frame))
		return false;
	length = FRAME_HEADER_SIZE + frame.length;
	memcpy(outbox->frame, outbox->control + outbox->control_start, length);
	outbox->control_start += length;
	outbox->start = 0;
	outbox->end = length;
	return true;
}

bool outbox_next(struct outbox *outbox, struct loop *loop)
{
	return outbox->start < outbox->end || control_fill(outbox) ||
	       list_fill(loop, &outbox->urgent) || list_fill(loop, &outbox->bulk);
}

bool outbox_waits(const struct outbox *outbox)
{
	return outbox->start == outbox->end && (outbox->control_start < outbox->control_end ||
						outbox->urgent.first || outbox->bulk.first);
}
