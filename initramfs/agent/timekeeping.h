/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_TIMEKEEPING_H
#define XEN_RUNC_AGENT_TIMEKEEPING_H

#include <stdbool.h>
#include <stdint.h>

#include "outbox.h"
#include "payload.h"
#include "watch.h"

struct agent;

/*
 * The guest's time of day follows dom0's. How long an answer may have been on its way is known only
 * to who asked, so the guest asks: each minute, and when dom0's clock was set.
 */
struct timekeeping {
	struct watch timer;
	struct source source;
	bool to_ask, asked;
	bool step;	  /* dom0's clock has jumped, so ours may */
	int64_t asked_at; /* nanoseconds of CLOCK_MONOTONIC */
};

/* -1 with errno. */
int timekeeping_begin(struct agent *agent);
/* Asks now. With `step` the clock may jump when the answer comes. */
void timekeeping_ask(struct agent *agent, bool step);
/* TIME, the answer. */
void timekeeping_told(struct agent *agent, struct payload payload);
/* Sets the clock if it is behind `time` by more than any way takes, or far ahead. An errno. */
int timekeeping_correct(uint64_t time);

#endif
