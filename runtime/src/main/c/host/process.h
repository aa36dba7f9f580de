/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOST_PROCESS_H
#define XEN_RUNC_HOST_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Closes every descriptor from `first` on. */
void descriptors_close(unsigned int first);
/* Makes `fd` descriptor `number`, also when it is that already; it stays open over execve. -1. */
int descriptor_place(int fd, int number);

/* No signal blocked, none ignored or caught: what a program expects at its start. */
void signals_reset(void);

/* A descriptor that polls readable when the child is gone. -1 with errno. */
int process_watch(pid_t pid);
/* Waits until a child is gone, kills it at the deadline. Its wait status. One that cannot die yet
 * counts as killed, and is left to whoever adopts it. */
int process_reap(pid_t pid, int64_t deadline);
/* Waits until a child is gone, or until the deadline. False if it still runs. */
bool process_await(pid_t pid, int64_t deadline);
/* An exit code out of a wait status: 128 + n for signal n. */
int process_code(int wait_status);

/* How a child ended, from a wait status: "exited with status 3", "was killed by signal 9 (Killed)".
 * Writes it to `text` and returns that. */
const char *process_end(int wait_status, char *text, size_t size);

/* Field 22 of /proc/PID/stat, the only thing that tells a process from a later one with its pid. */
int process_start_time(pid_t pid, uint64_t *ticks);

/* The folder of xen-runc's own programs, from the path of the running one: `dir` itself for a
 * program that lives there, `dir`/../lib/xen-runc for the launcher. -1 with errno. */
int libexec_find(bool launcher, char *path, size_t size);

#endif
