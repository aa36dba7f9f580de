/* SPDX-License-Identifier: Apache-2.0 */
#include "console.h"

#include <fcntl.h>
#include <unistd.h>

int console_open(void)
{
	static const int streams[] = { STDERR_FILENO, STDOUT_FILENO, STDIN_FILENO };

	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++)
		if (isatty(streams[i]))
			return fcntl(streams[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return open("/dev/tty", O_RDONLY | O_CLOEXEC);
}
