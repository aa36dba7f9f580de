/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

/* One read, of what comes within `ms`: -2 = nothing came. A terminal's end is EIO. */
static ssize_t read_some(int fd, char *bytes, size_t size, int ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	ssize_t count;

	if (poll(&wait, 1, ms) <= 0)
		return -2;
	count = read(fd, bytes, size);
	return count < 0 && errno == EIO ? 0 : count;
}

bool read_until(int fd, const char *text, int ms)
{
	char bytes[OUTPUT_SIZE];
	size_t length = 0;

	while (length < sizeof(bytes) - 1) {
		/* One at a time: what follows the text is somebody else's. */
		ssize_t count = read_some(fd, bytes + length, 1, ms);

		if (count <= 0)
			return false;
		length += (size_t)count;
		bytes[length] = '\0';
		if (strstr(bytes, text))
			return true;
	}
	return false;
}

long read_all(int fd, int ms)
{
	static char bytes[65536];
	long total = 0;
	ssize_t count;

	while ((count = read_some(fd, bytes, sizeof(bytes), ms)) > 0)
		total += count;
	return count == 0 ? total : -1;
}

bool is_open(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, 0) == 0;
}

bool write_all(int fd, const char *text)
{
	size_t length = strlen(text);

	return write(fd, text, length) == (ssize_t)length;
}
