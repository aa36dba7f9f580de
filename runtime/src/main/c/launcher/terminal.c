/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static int slave_open(int master)
{
	struct termios mode;
	int slave = -1;

	if (unlockpt(master) == 0)
		slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return -1;
	if (tcgetattr(slave, &mode) == 0) {
		cfmakeraw(&mode);
		if (tcsetattr(slave, TCSANOW, &mode) == 0)
			return slave;
	}
	close(slave);
	return -1;
}

int terminal_open(struct terminal *terminal, const struct winsize *size, struct failure *failure)
{
	terminal->slave = -1;
	terminal->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal->master >= 0)
		terminal->slave = slave_open(terminal->master);
	if (terminal->slave < 0) {
		failure_errno(failure, errno, "make a terminal");
		terminal_close(terminal);
		return -1;
	}
	if ((size->ws_row || size->ws_col) && ioctl(terminal->master, TIOCSWINSZ, size)) {
		failure_errno(failure, errno, "set the terminal's size");
		terminal_close(terminal);
		return -1;
	}
	return 0;
}

void terminal_release(struct terminal *terminal)
{
	if (terminal->slave >= 0)
		close(terminal->slave);
	terminal->slave = -1;
}

void terminal_close(struct terminal *terminal)
{
	terminal_release(terminal);
	if (terminal->master >= 0)
		close(terminal->master);
	terminal->master = -1;
}
