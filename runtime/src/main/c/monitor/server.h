/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_SERVER_H
#define XEN_RUNC_MONITOR_SERVER_H

#include "failure.h"
#include "monitor.h"
#include "spawn.h"

/*
 * The file server: the monitor's only child, which does all that concerns files. It faces the
 * guest, so it is not trusted with more than the streams of its exports either.
 */

/* Runs `libexec`/fileserver, has it prepare the exports, and puts EXPORT{NUMBER MODE}+ into
 * `reply`. */
int server_start(struct monitor *monitor, const char *libexec, const struct spawn *spawn,
		 struct field_writer *reply, struct failure *failure);

bool server_pump(struct monitor *monitor);

/* Kills it and waits until its mounts are gone with it, for a moment at most. */
void server_end(struct monitor *monitor);

#endif
