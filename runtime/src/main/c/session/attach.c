/* SPDX-License-Identifier: Apache-2.0 */
#include "attach.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "message.h"
#include "packet.h"

#define REPLY_MS 10000

static int datagram_send(const char *path, bool terminal, const int descriptors[4])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	uint8_t packet[PACKET_SIZE], bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(4 * sizeof(int))];
	} control = { .bytes = { 0 } };
	struct iovec part = { .iov_base = packet };
	struct msghdr message = { .msg_name = &address,
				  .msg_namelen = sizeof(address),
				  .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	int fd, reason;
	ssize_t sent;

	if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s" SESSIONS_SUFFIX,
			     path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (terminal)
		field_put_u32(&writer, FIELD_TERMINAL, 1);
	part.iov_len = packet_write(packet, FRAME_ATTACH, &writer);
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(4 * sizeof(int));
	memcpy(CMSG_DATA(&control.header), descriptors, 4 * sizeof(int));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* Only a monitor with a full queue makes this wait, and SO_SNDTIMEO bounds it. */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){ .tv_sec = REPLY_MS / 1000 },
		   sizeof(struct timeval));
	sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	reason = errno;
	close(fd);
	errno = reason;
	return sent < 0 ? -1 : 0;
}

static int reply_take(int control, uint32_t *process, struct failure *failure)
{
	uint8_t bytes[PACKET_SIZE];
	struct pollfd wait = { .fd = control, .events = POLLIN };
	int64_t deadline = clock_ms() + REPLY_MS;
	struct packet reply;
	ssize_t length;
	int count;

	do {
		count = poll(&wait, 1, clock_left(deadline));
	} while (count < 0 && errno == EINTR);
	if (count <= 0)
		return failure_set(failure, ETIMEDOUT, "the monitor did not answer within %d s",
				   REPLY_MS / 1000);
	length = recv(control, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (length < FRAME_HEADER_SIZE)
		return failure_set(failure, ESRCH, "container not running");
	if (!packet_read(bytes, (size_t)length, &reply) || reply.type != FRAME_REPLY ||
	    !reply_valid(FROM_SESSION, FRAME_ATTACH, reply.payload))
		return failure_set(failure, EPROTO, "the monitor's answer is malformed");
	*process = payload_u32(reply.payload, FIELD_PROCESS, 0);
	return reply_outcome(reply.payload, failure);
}

int attach(const char *path, bool terminal, uint32_t *process, struct failure *failure)
{
	int pair[2], descriptors[] = { -1, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return failure_errno(failure, errno, "make a socket");
	descriptors[0] = pair[1];
	if (datagram_send(path, terminal, descriptors)) {
		failure_set(failure, errno, "container not running");
		close(pair[0]);
		close(pair[1]);
		return -1;
	}
	close(pair[1]);
	if (reply_take(pair[0], process, failure)) {
		close(pair[0]);
		return -1;
	}
	return pair[0];
}
