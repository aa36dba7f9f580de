/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_ATTEND_H
#define XEN_RUNC_LAUNCHER_ATTEND_H

#include <sys/types.h>

/*
 * Stays until a child exits, passing on the signals that this process gets; `watch` is the child's
 * pidfd. With a terminal, whose master is not -1 and which this closes, bytes go between it and
 * this process's stdin and stdout, and the terminal has the size of the caller's. Returns the
 * child's exit code, 128 + n for signal n.
 */
int attend(pid_t child, int watch, int master);

#endif
