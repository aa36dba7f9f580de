/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_LOOP_H
#define XEN_RUNC_AGENT_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "frame.h"
#include "outbox.h"

enum phase {
	PHASE_SERVING, /* requests are carried out */
	PHASE_ENDING,  /* processes end, streams drain, file systems are unmounted */
	PHASE_LEAVING, /* the last frame is on its way */
	PHASE_OVER,
};

/*
 * What all parts of the agent share: the channel to the host, the frames for it, the descriptors
 * that wake the agent, and its phase. The agent waits here, in poll(2) alone, for the channel and
 * for everything else at once, and never for a file, a child or the host: so it answers a PING
 * whatever the container does.
 */
struct loop {
	bool owns_machine;	 /* it is a guest: clock and settings are the agent's to set */
	struct channel *channel; /* NULL once it is gone */
	struct frame_reader reader;
	struct outbox outbox;
	int epoll_fd; /* see watch.h */
	enum phase phase;
	int64_t deadline; /* of the phase, in clock_ms's milliseconds */
	bool sent;	  /* frames, since the ending has looked */
};

/* The loop owns `channel` from now on. -1 with errno. */
int loop_open(struct loop *loop, struct channel *channel);
/* The channel is of no use any more: logs why, and closes it. */
void loop_hang_up(struct loop *loop, const char *why);
/* Takes the next frame that the host has sent; `payload` is valid until the next call. False if
 * there is none now, or if the host has to read replies first, or if the channel is lost. */
bool loop_take(struct loop *loop, struct frame *frame, const uint8_t **payload);
/* Sends what there is. True if there may be more at once. */
bool loop_send(struct loop *loop);
/* Waits until the channel or a watch has something, or until `deadline` (-1 = for ever), and wakes
 * the watches. `at_once`: only looks. */
void loop_wait(struct loop *loop, int64_t deadline, bool at_once);

#endif
