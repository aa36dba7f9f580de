/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_RELAY_H
#define XEN_RUNC_LAUNCHER_RELAY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* Bytes between this process's stdin and stdout and the master of a terminal. */

#define RELAY_POLLS 3

/* Bytes that were read and not yet written. */
struct relay_way {
	char bytes[4096]; /* PIPE_BUF: a pipe that polls writable takes them at once */
	size_t begin, end;
};

struct relay {
	int master; /* -1 = none, or it has ended */
	bool input_ended, stdout_gone;
	int console; /* the caller's own terminal, -1 = none */
	bool is_raw; /* it was made so, and was `mode` before */
	struct termios mode;
	struct relay_way in, out;
};

/* Owns the master; with -1 nothing moves. */
void relay_begin(struct relay *relay, int master);

/* Gives the terminal the size of the caller's. False if there are not both. */
bool relay_resize(struct relay *relay);

/* There may be more to write to stdout. */
bool relay_has_output(const struct relay *relay);

void relay_polls(const struct relay *relay, struct pollfd polls[RELAY_POLLS]);
void relay_move(struct relay *relay, const struct pollfd polls[RELAY_POLLS]);

/* Makes the caller's terminal what it was. */
void relay_end(struct relay *relay);

#endif
