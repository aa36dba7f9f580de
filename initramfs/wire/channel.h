/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_CHANNEL_H
#define XEN_RUNC_WIRE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A byte channel between the monitor and the agent: a vchan, or a connected Unix stream socket in
 * the native tests. Never blocks. One thread, one poll loop. The layout on shared pages is that of
 * Xen's public/io/libxenvchan.h; the peer is not trusted: indices are copied once and checked.
 */
struct channel;

/* The descriptor to poll, and the poll events that mean "call read or write again". */
int channel_fd(const struct channel *channel);
short channel_events(const struct channel *channel, bool want_read, bool want_write);
/* Call when poll has returned for channel_fd, before reading or writing. */
void channel_awake(struct channel *channel);

/*
 * Bytes moved; 0 = the peer has closed; -1 with EAGAIN = nothing now; -1 with EPROTO = the peer
 * broke the ring; the channel is then only good for channel_close.
 *
 * A vchan tells of new bytes, or of new room, only once: before polling again, read (and write, if
 * there is something to) until EAGAIN or a count below `size`. A vchan's server may write before
 * the client has come, as much as its ring holds; reading says EAGAIN until then. A client, dom0,
 * is not told by the channel that the guest's whole domain died.
 */
ssize_t channel_read(struct channel *channel, void *bytes, size_t size);
ssize_t channel_write(struct channel *channel, const void *bytes, size_t size);

void channel_close(struct channel *channel);

#endif
