/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_SESSIONS_H
#define XEN_RUNC_MONITOR_SESSIONS_H

#include "failure.h"
#include "monitor.h"

/* A datagram socket at `path`, at which sessions hand over their streams. -1 with `failure`. */
int sessions_listen(struct monitor *monitor, const char *path, struct failure *failure);

/* Takes every session that waits there. */
void sessions_accept(struct monitor *monitor);

/* Takes what the process's session says: signals, or its end, which is SIGKILL. */
bool session_pump(struct monitor *monitor, struct process *process);

/* EXITED, the last word to it. */
void session_tell(struct process *process);

#endif
