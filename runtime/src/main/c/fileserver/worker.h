/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_WORKER_H
#define XEN_RUNC_FILESERVER_WORKER_H

/*
 * A few threads, all alike: one waits for a message, lets the next thread wait, and serves the
 * message. So a slow disk holds up nothing but the replies that need it, and a message wakes
 * exactly one thread.
 */

/* Makes all workers, which wait for worker_run. Returns 0 or an errno. */
int worker_start(void);
/* Lets the workers serve. Never returns: the end of fd 3 ends the process. The calling thread, the
 * main one, only waits: a thread that assumes the credentials of a guest's process would no longer
 * die with its parent (prctl(2), PR_SET_PDEATHSIG), and as the main thread does, the server does.
 */
void worker_run(void);

#endif
