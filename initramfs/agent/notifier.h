/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_NOTIFIER_H
#define XEN_RUNC_AGENT_NOTIFIER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A child that hands the file server's notifications to the kernel. To drop a page or an entry the
 * kernel takes locks that a process holds while it waits for an answer; so the loop, which brings
 * the answers, must never write a notification itself.
 */
struct notifier {
	int fd;
	pid_t pid; /* 0 = there is none */
};

/* `space` holds the largest notification; the child uses its own copy of it. 0, or an errno. */
int notifier_start(struct notifier *notifier, uint8_t *space, size_t size);
/* Hands on a notification for the connection `fuse_fd`. -1 with errno if it is lost: the kernel
 * then keeps the entry until its time-out. */
int notifier_send(struct notifier *notifier, int fuse_fd, const uint8_t *bytes, uint32_t length);
/* Ends it. Safe to call again. */
void notifier_stop(struct notifier *notifier);

#endif
