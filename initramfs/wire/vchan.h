/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_VCHAN_H
#define XEN_RUNC_WIRE_VCHAN_H

#include <stdint.h>

#include "channel_kind.h"
#include "vchan_ring.h"

/* One end of a vchan: what server and client have in common once the pages are shared. */
struct vchan {
	struct channel channel;
	struct vchan_ring ring;
	int memory_fd; /* the grant device */
	int event_fd;  /* /dev/xen/evtchn */
	uint32_t port; /* ours */
	struct vchan_interface *shared;
	uint8_t *left, *right; /* the rings' own pages, NULL if they have none */
	size_t left_size, right_size;
	bool opened; /* the peer knows of us */
};

/* An empty end that owns both descriptors, which are made non-blocking. NULL with errno; the
 * descriptors are closed then. */
struct vchan *vchan_new(int memory_fd, int event_fd);
/* Begins with the pages mapped, the port bound; from then on it is a channel. */
void vchan_begin(struct vchan *vchan, enum vchan_side side, struct vchan_orders orders);
/* Frees whatever there is of it; errno stays. */
void vchan_free(struct vchan *vchan);

/* mmap of pages that a grant device offers at `offset`; NULL with errno. */
void *vchan_map(const struct vchan *vchan, size_t pages, uint64_t offset);

#endif
