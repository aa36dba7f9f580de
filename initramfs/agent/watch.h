/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_WATCH_H
#define XEN_RUNC_AGENT_WATCH_H

#include <stdint.h>

struct loop;

/* A descriptor in the loop's epoll set, edge-triggered: `woken` has to go on until EAGAIN. */
struct watch {
	int fd; /* -1 = closed */
	int epoll_fd;
	void (*woken)(struct loop *loop, struct watch *watch);
};

/* Adds `fd`, which is the watch's from now on. 0, or -1 with errno, and then it is closed. */
int watch_open(int epoll_fd, struct watch *watch, int fd, uint32_t events,
	       void (*woken)(struct loop *loop, struct watch *watch));
void watch_close(struct watch *watch);
/* Stops watching; the descriptor is the caller's again. */
int watch_release(struct watch *watch);

#endif
