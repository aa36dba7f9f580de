/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_OUTBOX_H
#define XEN_RUNC_AGENT_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

struct loop;

/*
 * A part of the agent that has, or had, frames for the host: an output stream, the exports, a
 * window to give back, an exit to tell. While it is listed, the outbox asks it for one frame each
 * round.
 */
struct sender {
	struct sender *next;
	bool listed;
	/* Puts at most one frame. False: it has none now, and has to be listed again. */
	bool (*fill)(struct loop *loop, struct sender *sender);
};

struct sender_list {
	struct sender *first, *last;
};

/* The largest frame that is queued rather than asked for, a REPLY. */
#define OUTBOX_REPLY_MAX 640
/* Replies that come later than their requests: one a process, PREPARE's, UPDATE's and NETWORK's.
 * There is always room for them, or no request is read. */
#define OUTBOX_RESERVE ((PROCESS_MAX + 3) * OUTBOX_REPLY_MAX)
#define OUTBOX_CONTROL_SIZE (OUTBOX_RESERVE + 16 * OUTBOX_REPLY_MAX)

/*
 * Frames on their way to the host: first replies, then urgent senders (windows, exits), then bulk
 * senders in turn. Only one frame is built ahead, so that an urgent one waits for at most 32 KiB.
 */
struct outbox {
	uint8_t frame[FRAME_HEADER_SIZE + FRAME_PAYLOAD_MAX];
	size_t start, end; /* what is left of `frame` */
	uint8_t control[OUTBOX_CONTROL_SIZE];
	size_t control_start, control_end;
	struct sender_list urgent, bulk;
};

/* Room for one more reply; when false, no request is read until the host has read replies. */
bool outbox_has_room(struct outbox *outbox);
/* Queues a reply or another frame that must not wait. The caller has asked outbox_has_room. */
void outbox_control(struct outbox *outbox, uint8_t type, uint32_t stream, const void *payload,
		    size_t length);

/* Answers a request; STATUS 0 means done, else `text` says what failed. The caller has asked
 * outbox_has_room, or answers later than that, for which there is a reserve. */
void outbox_reply(struct outbox *outbox, uint32_t request, uint32_t status, const char *text);

/* For `fill`: where the payload goes, and that it is there. */
uint8_t *outbox_payload(struct outbox *outbox);
void outbox_frame(struct outbox *outbox, uint8_t type, uint32_t stream, size_t length);

/* Lists a sender that is not yet listed. */
void sender_urgent(struct outbox *outbox, struct sender *sender);
void sender_bulk(struct outbox *outbox, struct sender *sender);
/* Takes a sender out, before its memory is used for something else. */
void sender_forget(struct outbox *outbox, struct sender *sender);

/* Builds the next frame if none is under way; false if there is nothing to send. `loop` is what
 * senders get. */
bool outbox_next(struct outbox *outbox, struct loop *loop);
/* Something has yet to be sent, and no frame is under way. */
bool outbox_waits(const struct outbox *outbox);

#endif
