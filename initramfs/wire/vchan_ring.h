/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_VCHAN_RING_H
#define XEN_RUNC_WIRE_VCHAN_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The shared memory of a vchan, laid out as Xen's public/io/libxenvchan.h says: one page with a
 * struct vchan_interface, and the two rings behind it or, if small, inside it. The left ring
 * carries bytes from client to server, the right one from server to client.
 *
 * Everything here can be changed by the peer at any moment. So our own indices are kept privately
 * and only ever published; the peer's are read once and checked; bytes are copied out once.
 */
struct vchan_interface;

#define VCHAN_PAGE_SIZE 4096u
#define VCHAN_ORDER_MIN 10u   /* inside the shared page, as is 11 */
#define VCHAN_ORDER_PAGES 12u /* from here on a ring has pages of its own */
#define VCHAN_ORDER_MAX 20u

enum vchan_side { VCHAN_SERVER, VCHAN_CLIENT };

/* The sizes of both rings, as powers of two. */
struct vchan_orders {
	unsigned int left, right;
};

/* One direction, seen from one side. */
struct vchan_flow {
	uint8_t *bytes;
	uint32_t size;
	uint32_t index;		/* ours; what the peer is told */
	uint32_t *ours, *peers; /* where both indices are published */
};

struct vchan_ring {
	struct vchan_interface *shared;
	enum vchan_side side;
	bool broken; /* the peer published an index that cannot be; nothing moves any more */
	struct vchan_flow in, out;
};

/* The pages of its own that a ring of this order has. */
size_t vchan_order_pages(unsigned int order);
/* The smallest order from VCHAN_ORDER_PAGES up that holds `size` bytes; 0 if there is none. */
unsigned int vchan_order_for(size_t size);

/* Server: fills in a zeroed page: orders, the grants of the left and then of the right ring. */
void vchan_page_offer(struct vchan_interface *shared, struct vchan_orders orders,
		      const uint32_t *grants);
/* Client: copies the orders out and checks them. False if they cannot be. */
bool vchan_page_orders(const struct vchan_interface *shared, struct vchan_orders *orders);
/* Client: copies `count` grants out, from number `first` on. */
void vchan_page_grants(const struct vchan_interface *shared, size_t first, uint32_t *grants,
		       size_t count);

/* `left` and `right` are the rings' own pages; ignored for a ring inside the shared page. */
struct vchan_ring vchan_ring(struct vchan_interface *shared, enum vchan_side side,
			     struct vchan_orders orders, uint8_t *left, uint8_t *right);
/* Says that this side is there, and that it wants to hear of bytes. */
void vchan_ring_open(struct vchan_ring *ring);
/* Says that this side is gone. The peer must be sent an event then. */
void vchan_ring_close(struct vchan_ring *ring);

/* The offset in the shared page of the byte that says whether this side lives. */
size_t vchan_live_offset(enum vchan_side side);

/*
 * As channel_read and channel_write. `notify` is set if the peer must be sent an event. A count
 * below `size` or EAGAIN means that the peer has been asked for an event when there is more.
 * A client that has not come yet counts as there: the server's bytes wait for it.
 */
ssize_t vchan_ring_read(struct vchan_ring *ring, void *bytes, size_t size, bool *notify);
ssize_t vchan_ring_write(struct vchan_ring *ring, const void *bytes, size_t size, bool *notify);

#endif
