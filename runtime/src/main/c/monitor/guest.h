/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_GUEST_H
#define XEN_RUNC_MONITOR_GUEST_H

#include "monitor.h"

/*
 * The guest's end of the channel, which is an enemy's: every frame is checked against what the
 * agent may send and against the windows that it was given.
 */

/* Takes the channel over and greets the agent. -1 with errno. */
int guest_join(struct monitor *monitor, struct channel *channel);

/* Writes what is queued, takes what came; true if anything moved. */
bool guest_pump(struct monitor *monitor);

/* The guest or the file server cannot be gone on with. Tells the engine, and ends the channel. */
void guest_lost(struct monitor *monitor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The channel is no longer needed. */
void guest_leave(struct monitor *monitor);

/* CONNECT's deadline has passed without the agent's HELLO. */
void guest_silent(struct monitor *monitor);

#endif
