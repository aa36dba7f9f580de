/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_PACKET_H
#define XEN_RUNC_CHILD_PACKET_H

#include <stddef.h>
#include <sys/types.h>

/* One packet of a SOCK_SEQPACKET pair between the agent and a child: bytes, and descriptors. */
#define PACKET_FDS_MAX 4

struct packet {
	void *bytes;
	size_t size;
	int fds[PACKET_FDS_MAX];
	size_t fd_count;
};

/* 0, or -1 with errno. `flags` as of sendmsg(2). */
int packet_send(int socket, const struct packet *packet, int flags);
/* As recv(2); sets fds and fd_count, and leaves size as it is. */
ssize_t packet_receive(int socket, struct packet *packet, int flags);

#endif
