/* SPDX-License-Identifier: Apache-2.0 */
#include "watch.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

int watch_open(int epoll_fd, struct watch *watch, int fd, uint32_t events,
	       void (*woken)(struct loop *loop, struct watch *watch))
{
	struct epoll_event event = { .events = events | EPOLLET, .data.ptr = watch };

	watch->fd = fd;
	watch->epoll_fd = epoll_fd;
	watch->woken = woken;
	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
		int saved = errno;

		watch_close(watch);
		errno = saved;
		return -1;
	}
	return 0;
}

int watch_release(struct watch *watch)
{
	int fd = watch->fd;

	/* Closing alone does not end it: a child may still hold the same open file. */
	if (fd >= 0)
		epoll_ctl(watch->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	watch->fd = -1;
	return fd;
}

void watch_close(struct watch *watch)
{
	int fd = watch_release(watch);

	if (fd >= 0)
		close(fd);
}
