/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_STREAMS_H
#define XEN_RUNC_MONITOR_STREAMS_H

#include "monitor.h"

/*
 * A process's stdin, stdout and stderr; the main process's are the monitor's descriptors 0 to 2.
 * Their other ends are other programs'; the open file descriptions may be shared with them, so
 * their flags are left alone: pipes and terminals come as descriptions of our own (descriptor_own),
 * others are only touched when poll(2) says so. A terminal's are all the same one. -1 with errno.
 */
int streams_open(struct process *process, const int streams[3]);

/* Opens what is needed of the host for their ends. -1 with errno. */
int streams_prepare(void);

/* Closes them and gives their memory back. */
void streams_close(struct process *process);

/* Moves what can be moved; true if anything was. */
bool streams_pump(struct monitor *monitor);

/* Everything is written, or nobody takes it. */
bool streams_drained(const struct process *process);

/* The stdout or stderr with this stream number of the process that it belongs to; NULL if there is
 * none, or no process. */
struct output *output_of(struct process *process, uint32_t stream);

/* No more is to be read from the process's stdin. */
void input_end(struct process *process);

#endif
