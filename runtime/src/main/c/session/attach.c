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
#include "field.h"
#include "frame.h"
#include "protocol.h"

#define SESSIONS_SUFFIX ".s"
#define REPLY_MS 10000
#define PACKET_SIZE 512

static int datagram_send(const char *path, bool terminal, const int descriptors[4])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	uint8_t packet[PACKET_SIZE];
	struct field_writer writer =
	    field_writer(packet + FRAME_HEADER_SIZE, sizeof(packet) - FRAME_HEADER_SIZE);
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
	frame_encode(&(struct frame){ .type = FRAME_ATTACH, .length = (uint32_t)writer.length },
		     packet);
	part.iov_len = FRAME_HEADER_SIZE + writer.length;
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
	uint8_t packet[PACKET_SIZE];
	struct pollfd wait = { .fd = control, .events = POLLIN };
	int64_t deadline = clock_ms() + REPLY_MS;
	uint32_t status = EPROTO;
	struct field_reader reader;
	struct field field;
	ssize_t length;
	int count;

	do {
		count = poll(&wait, 1, clock_left(deadline));
	} while (count < 0 && errno == EINTR);
	if (count <= 0)
		return failure_set(failure, ETIMEDOUT, "the monitor did not answer within %d s",
				   REPLY_MS / 1000);
	length = recv(control, packet, sizeof(packet), MSG_DONTWAIT);
	if (length < FRAME_HEADER_SIZE)
		return failure_set(failure, ESRCH, "container not running");
	failure_set(failure, EPROTO, "the monitor's answer is malformed");
	reader = field_reader(packet + FRAME_HEADER_SIZE, (size_t)length - FRAME_HEADER_SIZE);
	while (field_next(&reader, &field)) {
		if (field.tag == FIELD_STATUS && !field_u32(&field, &status))
			return -1;
		if (field.tag == FIELD_PROCESS && !field_u32(&field, process))
			return -1;
		if (field.tag == FIELD_TEXT)
			field_text(&field, failure->text, sizeof(failure->text));
	}
	failure->status = (int)status;
	return status == 0 && *process && !reader.bad ? 0 : -1;
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
