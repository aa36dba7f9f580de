/* SPDX-License-Identifier: Apache-2.0 */
#include "trace.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "log.h"
#include "payload.h"
#include "protocol.h"

static bool is_on;

void trace_open(void)
{
	is_on = access(TRACE_SWITCH, F_OK) == 0;
}

/* The type's name; its number for one that the protocol does not have. */
static const char *type_name(uint8_t type, char number[8])
{
	const char *name = NULL;

	if (type == FRAME_DATA)
		return "DATA";
	if (type == FRAME_END)
		return "END";
	if (type == FRAME_WINDOW)
		return "WINDOW";
	if (type == FRAME_REPLY)
		return "REPLY";
	for (enum way way = EVERY_WAY; !name && way <= TO_LAUNCHER; way++)
		name = frame_name(way, type);
	snprintf(number, 8, "0x%02x", type);
	return name ? name : number;
}

static void line_write(const char *arrow, const char *peer, const struct frame *frame)
{
	char number[8];

	if (!is_on || !peer)
		return;
	log_trace("%s %s %s stream=%u len=%u%s", arrow, peer, type_name(frame->type, number),
		  frame->stream, frame->length, frame->flags & FRAME_MORE ? " more" : "");
}

void trace_sent(const char *peer, const struct frame *frame)
{
	line_write(">>", peer, frame);
}

void trace_received(const char *peer, const struct frame *frame)
{
	line_write("<<", peer, frame);
}
