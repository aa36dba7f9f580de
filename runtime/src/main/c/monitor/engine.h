/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_ENGINE_H
#define XEN_RUNC_MONITOR_ENGINE_H

#include "monitor.h"

/* The engine's connection; there may be none, and a new one replaces the old. */

/* Takes a connection of root's that waits at the socket. */
void engine_accept(struct monitor *monitor);
bool engine_pump(struct monitor *monitor);

/* Sends a frame; without an engine it is dropped. An engine that does not read is let go. */
void engine_send(struct monitor *monitor, const struct frame *frame, const void *payload);
void engine_reply(struct monitor *monitor, uint32_t number, int status, const char *text);
/* Answers the CONNECT that waits, if one does. */
void engine_connect_reply(struct monitor *monitor, int status, const char *text);
/* EXITED or LOST, whichever the monitor's phase calls for. */
void engine_tell(struct monitor *monitor);

#endif
