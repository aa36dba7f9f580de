/* SPDX-License-Identifier: Apache-2.0 */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "console.h"

enum { RELAY_STDIN, RELAY_STDOUT, RELAY_MASTER };

static bool way_is_empty(const struct relay_way *way)
{
	return way->begin == way->end;
}

/* False at the end, or if there never will be more. */
static bool way_fill(struct relay_way *way, int fd)
{
	ssize_t count = read(fd, way->bytes, sizeof(way->bytes));

	if (count < 0)
		return errno == EAGAIN || errno == EINTR;
	way->begin = 0;
	way->end = (size_t)count;
	return count > 0;
}

/* False if nobody takes it any more. */
static bool way_drain(struct relay_way *way, int fd)
{
	ssize_t count = write(fd, way->bytes + way->begin, way->end - way->begin);

	if (count < 0)
		return errno == EAGAIN || errno == EINTR;
	way->begin += (size_t)count;
	return true;
}

void relay_begin(struct relay *relay, int master)
{
	struct termios raw;

	*relay = (struct relay){ .master = master, .console = -1 };
	if (master < 0)
		return;
	fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	relay->console = console_open();
	relay_resize(relay);
	if (relay->console < 0 || tcgetattr(relay->console, &relay->mode))
		return;
	raw = relay->mode;
	cfmakeraw(&raw);
	/* What is written there is still made fit for it, as by runc: the container's terminal adds
	 * no carriage returns. */
	raw.c_oflag |= OPOST;
	relay->is_raw = tcsetattr(relay->console, TCSANOW, &raw) == 0;
}

bool relay_resize(struct relay *relay)
{
	struct winsize size;

	return relay->master >= 0 && ioctl(relay->console, TIOCGWINSZ, &size) == 0 &&
	       ioctl(relay->master, TIOCSWINSZ, &size) == 0;
}

bool relay_has_output(const struct relay *relay)
{
	return relay->master >= 0 || (!way_is_empty(&relay->out) && !relay->stdout_gone);
}

static struct pollfd poll_for(int fd, bool reads, bool writes)
{
	short events = (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));

	return (struct pollfd){ .fd = events ? fd : -1, .events = events };
}

void relay_polls(const struct relay *relay, struct pollfd polls[RELAY_POLLS])
{
	bool open = relay->master >= 0;

	polls[RELAY_STDIN] =
	    poll_for(STDIN_FILENO, open && !relay->input_ended && way_is_empty(&relay->in), false);
	polls[RELAY_STDOUT] =
	    poll_for(STDOUT_FILENO, false, !relay->stdout_gone && !way_is_empty(&relay->out));
	polls[RELAY_MASTER] =
	    poll_for(relay->master, way_is_empty(&relay->out), !way_is_empty(&relay->in));
}

/* Its last slave is closed and everything from there is read. */
static void master_end(struct relay *relay)
{
	close(relay->master);
	relay->master = -1;
}

/* When the last slave is closed, writing may fail with EAGAIN for ever, while poll returns at once.
 */
static void master_feed(struct relay *relay, bool closed)
{
	if (way_is_empty(&relay->in) || (!closed && way_drain(&relay->in, relay->master)))
		return;
	relay->input_ended = true;
	relay->in.begin = relay->in.end;
}

void relay_move(struct relay *relay, const struct pollfd polls[RELAY_POLLS])
{
	if (polls[RELAY_STDIN].revents && !way_fill(&relay->in, STDIN_FILENO))
		relay->input_ended = true;
	if (polls[RELAY_STDOUT].revents && !way_drain(&relay->out, STDOUT_FILENO)) {
		relay->stdout_gone = true;
		relay->out.begin = relay->out.end;
	}
	if (!polls[RELAY_MASTER].revents)
		return;
	master_feed(relay, polls[RELAY_MASTER].revents & POLLHUP);
	if (!way_is_empty(&relay->out))
		return;
	if (!way_fill(&relay->out, relay->master))
		master_end(relay);
	else if (relay->stdout_gone)
		relay->out.begin = relay->out.end;
}

void relay_end(struct relay *relay)
{
	/* At once: a terminal that takes no output would never be drained. */
	if (relay->is_raw)
		tcsetattr(relay->console, TCSANOW, &relay->mode);
	if (relay->console >= 0)
		close(relay->console);
	if (relay->master >= 0)
		master_end(relay);
}
