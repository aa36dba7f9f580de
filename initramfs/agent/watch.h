/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_WATCH_H
#define XEN_RUNC_AGENT_WATCH_H

#include <stdint.h>

struct agent;

/* A descriptor in the loop's epoll set, edge-triggered: whoever is woken goes on until EAGAIN. */
struct watch {
	int fd; /* -1 = closed */
	int epoll_fd;
	void (*woken)(struct agent *agent, struct watch *watch);
};

/* Adds it; 0, or -1 with errno, and then the descriptor is closed. The watch owns `fd` from now on.
 */
int watch_open(struct agent *agent, struct watch *watch, int fd, uint32_t events,
	       void (*woken)(struct agent *agent, struct watch *watch));
void watch_close(struct watch *watch);
/* Stops watching; the descriptor is the caller's again. */
int watch_release(struct watch *watch);

#define container_of(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
