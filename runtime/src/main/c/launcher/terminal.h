/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_TERMINAL_H
#define XEN_RUNC_LAUNCHER_TERMINAL_H

#include <sys/ioctl.h>

#include "failure.h"

/*
 * The pseudoterminal that stands in dom0 for the one in the guest. It is raw: line discipline and
 * echo are the guest's.
 */
struct terminal {
	int master, slave; /* -1 = none */
};

/* `size` of zeroes is left alone. -1 with `failure`. */
int terminal_open(struct terminal *terminal, const struct winsize *size, struct failure *failure);

/* The slave is the child's now. */
void terminal_release(struct terminal *terminal);

/* Closes what is open. */
void terminal_close(struct terminal *terminal);

#endif
