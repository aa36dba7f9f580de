/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox.h"

#include <string.h>

#include "agent.h"

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

static void list_append(struct source_list *list, struct source *source)
{
	source->next = NULL;
	source->listed = true;
	if (list->last)
		list->last->next = source;
	else
		list->first = source;
	list->last = source;
}

static struct source *list_take(struct source_list *list)
{
	struct source *source = list->first;

	list->first = source->next;
	if (!list->first)
		list->last = NULL;
	source->listed = false;
	return source;
}

static void list_remove(struct source_list *list, struct source *source)
{
	struct source *before = NULL;

	for (struct source *at = list->first; at; before = at, at = at->next) {
		if (at != source)
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

void source_urgent(struct agent *agent, struct source *source)
{
	if (!source->listed)
		list_append(&agent->outbox.urgent, source);
}

void source_bulk(struct agent *agent, struct source *source)
{
	if (!source->listed)
		list_append(&agent->outbox.bulk, source);
}

void source_forget(struct agent *agent, struct source *source)
{
	if (!source->listed)
		return;
	list_remove(&agent->outbox.urgent, source);
	list_remove(&agent->outbox.bulk, source);
}

/* Asks listed sources, in turn, until one has a frame. */
static bool list_fill(struct agent *agent, struct source_list *list)
{
	while (list->first) {
		struct source *source = list_take(list);

		if (!source->fill(agent, source))
			continue;
		if (!source->listed)
			list_append(list, source);
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

bool outbox_next(struct agent *agent)
{
	struct outbox *outbox = &agent->outbox;

	return outbox->start < outbox->end || control_fill(outbox) ||
	       list_fill(agent, &outbox->urgent) || list_fill(agent, &outbox->bulk);
}

bool outbox_empty(const struct outbox *outbox)
{
	return outbox->start == outbox->end && outbox->control_start == outbox->control_end &&
	       !outbox->urgent.first && !outbox->bulk.first;
}
