/* SPDX-License-Identifier: Apache-2.0 */
#include "sessions.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"
#include "packet.h"
#include "process_table.h"

/* What a session hands over: its control socket, and the process's stdin, stdout and stderr. */
#define HANDED 4

int sessions_listen(struct monitor *monitor, const char *path, struct failure *failure)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int result;
	mode_t mask;

	if (fd < 0)
		return failure_errno(failure, errno, "make a socket");
	if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s" SESSIONS_SUFFIX,
			     path) >= sizeof(address.sun_path)) {
		close(fd);
		return failure_errno(failure, ENAMETOOLONG, "listen at %s" SESSIONS_SUFFIX, path);
	}
	unlink(address.sun_path);
	/* Who may send to it may write it: root. */
	mask = umask(0177);
	result = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (result) {
		failure_errno(failure, errno, "listen at %s", address.sun_path);
		close(fd);
		return -1;
	}
	monitor->sessions.fd = fd;
	return 0;
}

static bool session_reply(int fd, int status, const char *text, uint32_t process)
{
	uint8_t bytes[PACKET_SIZE - FRAME_HEADER_SIZE];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_STATUS, (uint32_t)status);
	if (status)
		field_put_text(&writer, FIELD_TEXT, text);
	else
		field_put_u32(&writer, FIELD_PROCESS, process);
	return packet_send(fd, FRAME_REPLY, &writer);
}

/* The datagram's descriptors; how many came. More than HANDED are closed by the kernel. */
static size_t descriptors_take(struct msghdr *message, int descriptors[HANDED])
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	size_t count = 0;

	if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS) {
		count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(descriptors, CMSG_DATA(control), count * sizeof(int));
	}
	return count;
}

/* Owns the descriptors. */
static void session_open(struct monitor *monitor, const int descriptors[HANDED], bool terminal)
{
	struct process *process = NULL;
	const char *text = NULL;
	int status = ESRCH;

	if (monitor->phase != PHASE_SERVING) {
		text = "container not running";
	} else {
		process = process_add(monitor, descriptors + 1, terminal);
		status = process ? 0 : errno;
		text = status == EAGAIN ? "the container has as many processes by exec as it can"
					: strerror(status);
	}
	if (process && session_reply(descriptors[0], 0, NULL, process->number)) {
		process->session =
		    (struct peer){ .fd = descriptors[0], .readable = true, .writable = true };
		return;
	}
	if (process) {
		process_drop(monitor, process);
	} else {
		session_reply(descriptors[0], status, text, 0);
		for (int i = 1; i < HANDED; i++)
			close(descriptors[i]);
	}
	close(descriptors[0]);
}

/* ATTACH: [TERMINAL]. */
static bool attach_take(const uint8_t *bytes, size_t length, bool *terminal)
{
	struct packet packet;

	if (!packet_read(bytes, length, &packet) || packet.type != FRAME_ATTACH ||
	    !payload_valid(FROM_SESSION, packet.type, packet.payload))
		return false;
	*terminal = payload_u32(packet.payload, FIELD_TERMINAL, 0);
	return true;
}

void sessions_accept(struct monitor *monitor)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(HANDED * sizeof(int))];
	} control;
	uint8_t packet[PACKET_SIZE];
	int descriptors[HANDED];

	for (;;) {
		struct iovec part = { .iov_base = packet, .iov_len = sizeof(packet) };
		struct msghdr message = { .msg_iov = &part,
					  .msg_iovlen = 1,
					  .msg_control = control.bytes,
					  .msg_controllen = sizeof(control.bytes) };
		ssize_t length =
		    recvmsg(monitor->sessions.fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		bool terminal;
		size_t count;

		if (length < 0)
			return;
		count = descriptors_take(&message, descriptors);
		if (count == HANDED && attach_take(packet, (size_t)length, &terminal)) {
			session_open(monitor, descriptors, terminal);
			continue;
		}
		log_warn("a session's ATTACH is malformed");
		while (count > 0)
			close(descriptors[--count]);
	}
}

/* A RESIZE of its terminal or a SIGNAL; false if it says something else. */
static bool packet_take(struct process *process, const uint8_t *bytes, size_t length)
{
	struct packet packet;
	uint32_t number;

	if (!packet_read(bytes, length, &packet) ||
	    !payload_valid(FROM_SESSION, packet.type, packet.payload))
		return false;
	if (packet.type == FRAME_RESIZE && process->terminal) {
		process->resized = true;
		return true;
	}
	number = payload_u32(packet.payload, FIELD_SIGNAL, 0);
	if (packet.type != FRAME_SIGNAL || number == 0)
		return false;
	process->signals_pending |= 1ull << (number - 1);
	return true;
}

bool session_pump(struct monitor *monitor, struct process *process)
{
	uint8_t packet[PACKET_SIZE];
	ssize_t length;

	if (process->session.fd < 0 || !process->session.readable)
		return false;
	length = recv(process->session.fd, packet, sizeof(packet), MSG_DONTWAIT);
	if (length < 0) {
		process->session.readable = false;
		if (errno == EAGAIN || errno == EINTR)
			return false;
	}
	if (length > 0 && packet_take(process, packet, (size_t)length))
		return true;
	/* It was killed: so is what it stands for. */
	close(process->session.fd);
	process->session = (struct peer){ .fd = -1 };
	process->signals_pending |= 1ull << (SIGKILL - 1);
	if (!process->asked && !process->running)
		process_drop(monitor, process);
	return true;
}

void session_tell(struct process *process)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	if (process->session.fd < 0)
		return;
	field_put_u32(&writer, FIELD_CODE, (uint32_t)process->code);
	packet_send(process->session.fd, FRAME_EXITED, &writer);
}
