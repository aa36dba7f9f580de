/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_CHANNEL_KIND_H
#define XEN_RUNC_WIRE_CHANNEL_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct channel;

/* What one kind of channel does; see channel.h for each. */
struct channel_kind {
	int (*fd)(const struct channel *channel);
	short (*events)(bool want_read, bool want_write);
	void (*awake)(struct channel *channel);
	ssize_t (*read)(struct channel *channel, void *bytes, size_t size);
	ssize_t (*write)(struct channel *channel, const void *bytes, size_t size);
	void (*close)(struct channel *channel);
};

/* The head of every kind's own structure. */
struct channel {
	const struct channel_kind *kind;
};

#endif
