/* SPDX-License-Identifier: Apache-2.0 */
#include "notifier.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "child.h"
#include "log.h"
#include "packet.h"

/* The child. One packet is one notification and the connection that it is for: to hold connections
 * longer would keep them from being aborted. */
static noreturn void notifier_child(int fd)
{
	static uint8_t bytes[FILES_MESSAGE_MAX];
	struct packet packet = { .bytes = bytes, .size = sizeof(bytes) };
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

int notifier_start(struct agent *agent)
{
	struct files *files = &agent->files;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return errno;
	files->notifier = child_fork(0, -1, NULL);
	if (files->notifier == 0)
		notifier_child(pair[1]);
	close(pair[1]);
	files->notifier_fd = pair[0];
	return files->notifier < 0 ? errno : 0;
}

void notifier_send(struct agent *agent, const struct export *export, const uint8_t *bytes,
		   uint32_t length)
{
	struct packet packet = { .bytes = (void *)(uintptr_t)bytes,
				 .size = length,
				 .fds = { export->watch.fd },
				 .fd_count = 1 };

	/* A full socket means that the kernel waits for an answer that is on its way: the entry is
	 * then kept until its time-out. */
	if (packet_send(agent->files.notifier_fd, &packet, MSG_DONTWAIT) < 0)
		log_error("export %u: notification lost: %m", export->number);
}

void notifier_stop(struct agent *agent)
{
	if (agent->files.notifier <= 0)
		return;
	close(agent->files.notifier_fd);
	kill(agent->files.notifier, SIGKILL);
	agent->files.notifier = 0;
}
