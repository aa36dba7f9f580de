/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(PACKET_FDS_MAX * sizeof(int))];
};

int packet_send(int socket, const struct packet *packet, int flags)
{
	size_t fds_size = packet->fd_count * sizeof(int);
	struct iovec part = { packet->bytes, packet->size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	union control control = { 0 };

	if (packet->fd_count) {
		message.msg_control = control.bytes;
		message.msg_controllen = (socklen_t)CMSG_SPACE(fds_size);
		control.header.cmsg_len = (socklen_t)CMSG_LEN(fds_size);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(&control.header), packet->fds, fds_size);
	}
	return sendmsg(socket, &message, flags | MSG_NOSIGNAL) < 0 ? -1 : 0;
}

ssize_t packet_receive(int socket, struct packet *packet, int flags)
{
	struct iovec part = { packet->bytes, packet->size };
	union control control;
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t got;

	/* ECONNRESET: the other end closed with a packet of ours unread. What it sent comes after
	 * that. */
	do {
		got = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == ECONNRESET);
	packet->fd_count = 0;
	if (got > 0 && message.msg_controllen >= CMSG_LEN(sizeof(int)) &&
	    control.header.cmsg_type == SCM_RIGHTS) {
		size_t fds_size = control.header.cmsg_len - CMSG_LEN(0);

		packet->fd_count = fds_size / sizeof(int);
		memcpy(packet->fds, CMSG_DATA(&control.header), fds_size);
	}
	return got;
}
