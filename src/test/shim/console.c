/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shim.h"

/* go-runc's recvFd reads as many bytes of a name at most (socket.go). */
#define NAME_MAX_BYTES 4096

bool console_listen(struct console *console)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strcpy(console->directory, "/tmp/ptyXXXXXX");
	if (!mkdtemp(console->directory))
		return false;
	snprintf(console->path, sizeof(console->path), "%s/pty.sock", console->directory);
	strncpy(address.sun_path, console->path, sizeof(address.sun_path) - 1);
	console->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return console->listener >= 0 &&
	       bind(console->listener, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	       listen(console->listener, 1) == 0;
}

/* True if nothing more comes from the sender, who has to be gone. */
static bool ends_here(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

int console_receive(struct console *console)
{
	char name[NAME_MAX_BYTES + 1];
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(8 * sizeof(int))];
	} control;
	struct iovec part = { .iov_base = name, .iov_len = sizeof(name) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	int fd, master = -1;
	ssize_t length;

	/* The sender is gone: all that it sent is here already. */
	fd = accept4(console->listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return -1;
	length = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	/* recvFd: the control data is exactly one message with exactly one descriptor. */
	if (length > 0 && length < NAME_MAX_BYTES &&
	    message.msg_controllen == CMSG_SPACE(sizeof(int)) &&
	    control.header.cmsg_type == SCM_RIGHTS &&
	    control.header.cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&master, CMSG_DATA(&control.header), sizeof(int));
	if (master >= 0 && !ends_here(fd))
		descriptor_close(&master);
	close(fd);
	return master;
}

void console_close(struct console *console)
{
	close(console->listener);
	unlink(console->path);
	rmdir(console->directory);
}
