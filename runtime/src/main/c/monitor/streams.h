/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_STREAMS_H
#define XEN_RUNC_MONITOR_STREAMS_H

#include "monitor.h"

/*
 * The container's stdin, stdout and stderr, which are the monitor's descriptors 0 to 2. Their other
 * ends are other programs'; the open file descriptions may be shared with them, so their flags are
 * left alone: pipes and terminals are opened anew, others are only touched when poll(2) says so.
 */
int streams_open(struct monitor *monitor);

/* Moves what can be moved; true if anything was. */
bool streams_pump(struct monitor *monitor);

/* Everything is written, or nobody takes it. */
bool streams_drained(const struct monitor *monitor);

/* The output of the main process: NULL if the stream is none of its two. */
struct output *output_of(struct monitor *monitor, uint32_t stream);

/* No more is to be read from the container's stdin. */
void input_end(struct monitor *monitor);

#endif
