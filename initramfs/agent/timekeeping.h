/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_TIMEKEEPING_H
#define XEN_RUNC_AGENT_TIMEKEEPING_H

#include <stdbool.h>
#include <stdint.h>

#include "outbox.h"
#include "payload.h"
#include "watch.h"

struct loop;

/*
 * The guest's time of day follows dom0's. Only the side that asks knows how long an
 * answer may have been on its way, so the guest asks: each minute, and when dom0's clock was set.
 */
struct timekeeping {
	struct watch timer;
	struct sender sender;
	bool to_ask, asked;
	bool step;	  /* dom0's clock has jumped, so ours may */
	int64_t asked_at; /* nanoseconds of CLOCK_MONOTONIC */
};

/* Begins to ask each minute. -1 with errno. */
int timekeeping_begin(struct loop *loop, struct timekeeping *timekeeping);
/* Asks now. With `step` the clock may jump when the answer comes. */
void timekeeping_ask(struct loop *loop, struct timekeeping *timekeeping, bool step);
/* TIME, the answer. */
void timekeeping_told(struct loop *loop, struct timekeeping *timekeeping, struct payload payload);
/* Sets the clock, without a question, if it is behind `time` or far ahead of it. An errno. */
int timekeeping_correct(uint64_t time);

#endif
