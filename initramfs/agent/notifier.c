/* SPDX-License-Identifier: Apache-2.0 */
#include "notifier.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "packet.h"

/* The child. One packet is one notification and the connection that it is for: a child that held
 * connections longer would keep them from being aborted. */
static noreturn void notifier_child(int fd, uint8_t *bytes, size_t size)
{
	struct packet packet = { .bytes = bytes, .size = size };
	int keep[] = { fd, log_descriptor() };
	ssize_t got;

	child_begin();
	child_keep(keep, 2);
	while ((got = packet_receive(fd, &packet, 0)) > 0 && packet.fd_count == 1) {
		/* ENOENT: the kernel had forgotten it already. */
		if (write(packet.fds[0], bytes, (size_t)got) < 0 && errno != ENOENT)
			log_error("the kernel refuses a notification: %m");
		close(packet.fds[0]);
	}
	_exit(EXIT_SUCCESS);
}

int notifier_start(struct notifier *notifier, uint8_t *space, size_t size)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return errno;
	notifier->pid = child_fork(0, -1, NULL);
	if (notifier->pid == 0)
		notifier_child(pair[1], space, size);
	close(pair[1]);
	notifier->fd = pair[0];
	return notifier->pid < 0 ? errno : 0;
}

int notifier_send(struct notifier *notifier, int fuse_fd, const uint8_t *bytes, uint32_t length)
{
	struct packet packet = {
		.bytes = (void *)(uintptr_t)bytes, .size = length, .fds = { fuse_fd }, .fd_count = 1
	};

	/* A full socket means that the kernel waits for an answer that is on its way. */
	return packet_send(notifier->fd, &packet, MSG_DONTWAIT);
}

void notifier_stop(struct notifier *notifier)
{
	if (notifier->pid <= 0)
		return;
	close(notifier->fd);
	kill(notifier->pid, SIGKILL);
	notifier->pid = 0;
}
