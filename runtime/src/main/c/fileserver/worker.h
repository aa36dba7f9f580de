/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_WORKER_H
#define XEN_RUNC_FILESERVER_WORKER_H

/*
 * A few threads, all alike: one waits for a message, hands the waiting on to the next, and serves
 * what it got. So a slow disk operation holds up nothing but its own reply, and a message wakes
 * exactly one thread.
 */

/* Makes all workers but the calling thread, which wait for worker_run. Returns 0 or an errno. */
int worker_start(void);
/* Serves messages in all of them, the calling thread included. Never returns: fd 3 ends the
 * process. */
void worker_run(void);

#endif
