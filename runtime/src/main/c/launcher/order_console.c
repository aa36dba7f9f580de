/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "verb.h"

#define SEND_SECONDS 10
/* Receivers take it for the descriptor's name. */
#define MASTER_NAME "/dev/ptmx"

static int socket_connect(const char *path, struct failure *failure)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return failure_errno(failure, errno, "make a socket");
	if (strlen(path) >= sizeof(address.sun_path)) {
		close(fd);
		return failure_errno(failure, ENAMETOOLONG, "connect to console socket \"%s\"",
				     path);
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	/* Only a listener with a full backlog makes this wait. */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){ .tv_sec = SEND_SECONDS },
		   sizeof(struct timeval));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		failure_errno(failure, errno, "connect to console socket \"%s\"", path);
		close(fd);
		return -1;
	}
	return fd;
}

/* One message, one descriptor: containerd's go-runc takes nothing else (socket.go, recvFd). */
static int master_send(int fd, int master)
{
	char name[] = MASTER_NAME;
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .bytes = { 0 } };
	struct iovec part = { .iov_base = name, .iov_len = sizeof(name) - 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &master, sizeof(int));
	return sendmsg(fd, &message, MSG_NOSIGNAL) == sizeof(name) - 1 ? 0 : -1;
}

int order_send_console(struct verb_run *run, struct payload payload, struct failure *failure)
{
	char path[TEXT_SIZE] = "";
	int fd, result = 0;

	payload_text(payload, FIELD_PATH, path);
	if (run->terminal.master < 0)
		return failure_set(failure, EBADF, "this verb has made no terminal");
	fd = socket_connect(path, failure);
	if (fd < 0)
		return -1;
	if (master_send(fd, run->terminal.master))
		result = failure_errno(failure, errno, "send to console socket \"%s\"", path);
	close(fd);
	if (result == 0)
		terminal_close(&run->terminal);
	return result;
}
