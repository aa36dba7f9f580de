/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "child.h"
#include "mount_api.h"

static noreturn void terminal_fail(const char *what)
{
	child_fail(errno, "terminal: %s: %s", what, child_error(errno));
}

/* Mounts the terminal on /dev/console: config-linux.md. */
static void console_show(int slave)
{
	int console =
	    open("/dev/console", O_RDONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, 0666);
	int place, copy;

	if (console >= 0)
		close(console);
	place = open("/dev/console", O_PATH | O_CLOEXEC | O_NOFOLLOW);
	copy = mount_copy(slave, 0);
	if (place < 0 || copy < 0 || mount_attach(copy, place) < 0)
		terminal_fail("/dev/console");
	close(copy);
	close(place);
}

/* A caller that relays the terminal adds carriage returns itself: as with runc (tty.go, recvtty).
 */
static void newlines_keep(int slave)
{
	struct termios mode;

	if (tcgetattr(slave, &mode) < 0)
		terminal_fail("read its mode");
	mode.c_oflag &= (tcflag_t)~ONLCR;
	if (tcsetattr(slave, TCSANOW, &mode) < 0)
		terminal_fail("set its mode");
}

void terminal_open(struct payload run, uid_t owner, bool console)
{
	struct winsize size = {
		.ws_row = (unsigned short)payload_u32(run, FIELD_ROWS, 0),
		.ws_col = (unsigned short)payload_u32(run, FIELD_COLUMNS, 0),
	};
	int master = open("/dev/pts/ptmx", O_RDWR | O_CLOEXEC | O_NOCTTY);
	int unlocked = 0, slave, path;
	char name[32];

	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) < 0 ||
	    ptsname_r(master, name, sizeof(name)) != 0)
		terminal_fail("/dev/pts/ptmx");
	slave = open(name, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
	if (slave < 0 || fchown(slave, owner, (gid_t)-1) < 0)
		terminal_fail(name);
	if (payload_u32(run, FIELD_RELAYED, 0))
		newlines_keep(slave);
	if ((size.ws_row || size.ws_col) && ioctl(master, TIOCSWINSZ, &size) < 0)
		terminal_fail("size");
	if (console) {
		path = open(name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
		if (path < 0)
			terminal_fail(name);
		console_show(path);
		close(path);
	}
	child_report(REPORT_TERMINAL, master);
	close(master);
	if (ioctl(slave, TIOCSCTTY, 0) < 0)
		terminal_fail("make it controlling");
	for (int i = 0; i < 3; i++)
		if (dup2(slave, i) < 0)
			terminal_fail("stdio");
	close(slave);
}
