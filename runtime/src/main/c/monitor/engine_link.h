/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_ENGINE_LINK_H
#define XEN_RUNC_MONITOR_ENGINE_LINK_H

#include "monitor.h"

/* What is said to the engine, whatever it asks for. Without an engine it is dropped. */

/* Sends a frame. An engine that does not read is let go. */
void engine_send(struct monitor *monitor, const struct frame *frame, const void *payload);
/* The same with fields. */
void engine_send_fields(struct monitor *monitor, uint8_t type, uint32_t number,
			const struct field_writer *writer);
void engine_reply(struct monitor *monitor, uint32_t number, int status, const char *text);
/* Answers the CONNECT that waits, if one does. */
void engine_connect_reply(struct monitor *monitor, int status, const char *text);
/* EXITED or LOST, whichever the monitor's phase calls for. */
void engine_tell(struct monitor *monitor);
/* The newest count of OOM kills, if it is not told yet. */
void engine_tell_oom(struct monitor *monitor);

/* Lets it go. What it asked for is engine_pump's to forget. */
void engine_drop(struct monitor *monitor, const char *why);

#endif
