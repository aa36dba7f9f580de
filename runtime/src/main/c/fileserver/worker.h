/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_WORKER_H
#define XEN_RUNC_FILESERVER_WORKER_H

/*
 * A few threads, all alike: one waits for a message, hands the waiting on to the next, and serves
 * what it got. So a slow disk operation holds up nothing but its own reply, and a message wakes
 * exactly one thread.
 */

/* Makes all workers, which wait for worker_run. Returns 0 or an errno. */
int worker_start(void);
/* Has them serve messages. Never returns: fd 3 ends the process. The calling thread only waits: one
 * that takes on the credentials of a guest's process loses its wish to die with its parent
 * (prctl(2), PR_SET_PDEATHSIG), and the main thread's is the server's. */
void worker_run(void);

#endif
