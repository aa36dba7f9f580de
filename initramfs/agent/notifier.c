/* SPDX-License-Identifier: Apache-2.0 */
#include "notifier.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "agent.h"
#include "child.h"
#include "log.h"

/* The child. One notification is one packet: the export's number, then the message. */
static noreturn void notifier_child(const struct files *files, int fd)
{
	static uint8_t bytes[FILES_MESSAGE_MAX];
	uint32_t number;
	struct iovec parts[2] = { { &number, sizeof(number) }, { bytes, sizeof(bytes) } };
	ssize_t got;

	child_begin();
	while ((got = readv(fd, parts, 2)) > (ssize_t)sizeof(number))
		/* ENOENT: the kernel had forgotten it already. */
		if (write(files->exports[number].watch.fd, bytes, (size_t)got - sizeof(number)) <
			0 &&
		    errno != ENOENT)
			log_error("export %u: the kernel refuses a notification: %m", number);
	_exit(EXIT_SUCCESS);
}

int notifier_start(struct agent *agent)
{
	struct files *files = &agent->files;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return errno;
	files->notifier = child_fork(0, -1, NULL);
	if (files->notifier == 0) {
		close(pair[0]);
		notifier_child(files, pair[1]);
	}
	close(pair[1]);
	files->notifier_fd = pair[0];
	return files->notifier < 0 ? errno : 0;
}

void notifier_send(struct agent *agent, uint32_t number, const uint8_t *bytes, uint32_t length)
{
	struct iovec parts[2] = { { &number, sizeof(number) }, { (void *)bytes, length } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	/* A full socket means that the kernel waits for an answer that is on its way: the entry is
	 * then kept until its time-out. */
	if (sendmsg(agent->files.notifier_fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_error("export %u: notification lost: %m", number);
}

void notifier_stop(struct agent *agent)
{
	if (agent->files.notifier <= 0)
		return;
	close(agent->files.notifier_fd);
	kill(agent->files.notifier, SIGKILL);
	agent->files.notifier = 0;
}
