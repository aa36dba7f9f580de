/* SPDX-License-Identifier: Apache-2.0 */
#include "resolver_place.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol.h"

/* On lo a port takes or refuses a connection at once, unless a firewall drops it. */
#define RESOLVER_WAIT_MS 200

int resolver_connect(int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(RESOLVER_PORT),
				       .sin_addr.s_addr = htonl(RESOLVER_ADDRESS) };
	/* A close resets the connection: a flood of queries leaves no ports in TIME_WAIT. */
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), reason;

	if (fd < 0)
		return -1;
	if ((type == SOCK_DGRAM ||
	     setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0) &&
	    (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 ||
	     errno == EINPROGRESS))
		return fd;
	reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

bool resolver_found(void)
{
	struct pollfd polled = { .fd = resolver_connect(SOCK_STREAM), .events = POLLOUT };
	socklen_t size = sizeof(int);
	int reason = 0;
	bool found;

	if (polled.fd < 0)
		return false;
	found = poll(&polled, 1, RESOLVER_WAIT_MS) > 0 &&
		getsockopt(polled.fd, SOL_SOCKET, SO_ERROR, &reason, &size) == 0 && reason == 0;
	close(polled.fd);
	return found;
}
