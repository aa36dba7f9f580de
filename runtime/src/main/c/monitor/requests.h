/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_REQUESTS_H
#define XEN_RUNC_MONITOR_REQUESTS_H

#include "monitor.h"

/*
 * Requests to the agent: the engine's, passed on without being understood, and the monitor's own
 * SIGNALs and RESIZEs. A message is handed to the channel only when all of it has come, so that the
 * agent never waits for the rest of one whose engine died.
 */

/* A frame of the engine's. */
enum verdict request_forward(struct monitor *monitor, const struct frame *frame,
			     const uint8_t *payload);
/* Sends pending signals and sizes to the processes as far as there is room. */
bool requests_signal(struct monitor *monitor);
/* Moves whole frames of whole messages to the channel's queue. */
bool requests_pump(struct monitor *monitor);

/* The agent's REPLY: passed back to the engine that asked. */
enum verdict request_answered(struct monitor *monitor, const struct frame *frame,
			      struct payload payload);

/* The engine is gone: forget what it began, take the answers to what it asked for nobody's. */
void requests_orphan(struct monitor *monitor);
/* No answer will come any more: gives the engine this one. */
void requests_fail(struct monitor *monitor, int status, const char *text);

#endif
