/* SPDX-License-Identifier: Apache-2.0 */
#include "vchan_ring.h"

#include <errno.h>
#include <string.h>
#include <xen/io/libxenvchan.h>

/* cli_live until the first client has come. */
#define CLIENT_AWAITED 2

/* Bytes copied from shared memory are only what they seem if the compiler never reads them there
 * again (XSA-155). */
#define copied_once() __asm__ volatile("" ::: "memory")

size_t vchan_order_pages(unsigned int order)
{
	return order < VCHAN_ORDER_PAGES ? 0 : (size_t)1 << (order - VCHAN_ORDER_PAGES);
}

unsigned int vchan_order_for(size_t size)
{
	for (unsigned int order = VCHAN_ORDER_PAGES; order <= VCHAN_ORDER_MAX; order++) {
		if (size <= (size_t)1 << order)
			return order;
	}
	return 0;
}

void vchan_page_offer(struct vchan_interface *shared, struct vchan_orders orders,
		      const uint32_t *grants)
{
	size_t count = vchan_order_pages(orders.left) + vchan_order_pages(orders.right);

	shared->left_order = (uint16_t)orders.left;
	shared->right_order = (uint16_t)orders.right;
	memcpy(shared->grants, grants, count * sizeof(*grants));
	shared->cli_live = CLIENT_AWAITED;
}

/* Where in the shared page a small ring begins, which is also its size; the page's end for others.
 */
static size_t order_offset(unsigned int order)
{
	return order < VCHAN_ORDER_PAGES ? (size_t)1 << order : VCHAN_PAGE_SIZE;
}

bool vchan_page_orders(const struct vchan_interface *shared, struct vchan_orders *orders)
{
	size_t left_offset, right_offset, grants;

	orders->left = __atomic_load_n(&shared->left_order, __ATOMIC_RELAXED);
	orders->right = __atomic_load_n(&shared->right_order, __ATOMIC_RELAXED);
	copied_once();
	if (orders->left < VCHAN_ORDER_MIN || orders->left > VCHAN_ORDER_MAX ||
	    orders->right < VCHAN_ORDER_MIN || orders->right > VCHAN_ORDER_MAX)
		return false;
	if (orders->left == orders->right && orders->left < VCHAN_ORDER_PAGES)
		return false;
	left_offset = order_offset(orders->left);
	right_offset = order_offset(orders->right);
	grants = vchan_order_pages(orders->left) + vchan_order_pages(orders->right);
	return sizeof(*shared) + grants * sizeof(shared->grants[0]) <=
	       (left_offset < right_offset ? left_offset : right_offset);
}

void vchan_page_grants(const struct vchan_interface *shared, size_t first, uint32_t *grants,
		       size_t count)
{
	memcpy(grants, shared->grants + first, count * sizeof(*grants));
	copied_once();
}

static struct vchan_flow flow_make(struct vchan_interface *shared, unsigned int order,
				   uint8_t *pages, uint32_t *ours, uint32_t *peers)
{
	bool inside = order < VCHAN_ORDER_PAGES;

	return (struct vchan_flow){
		.bytes = inside ? (uint8_t *)shared + order_offset(order) : pages,
		.size = (uint32_t)1 << order,
		/* A client may take over where an earlier one left off. */
		.index = __atomic_load_n(ours, __ATOMIC_ACQUIRE),
		.ours = ours,
		.peers = peers,
	};
}

struct vchan_ring vchan_ring(struct vchan_interface *shared, enum vchan_side side,
			     struct vchan_orders orders, uint8_t *left, uint8_t *right)
{
	struct ring_shared *l = &shared->left, *r = &shared->right;
	struct vchan_ring ring = { .shared = shared, .side = side };

	if (side == VCHAN_SERVER) {
		ring.in = flow_make(shared, orders.left, left, &l->cons, &l->prod);
		ring.out = flow_make(shared, orders.right, right, &r->prod, &r->cons);
	} else {
		ring.in = flow_make(shared, orders.right, right, &r->cons, &r->prod);
		ring.out = flow_make(shared, orders.left, left, &l->prod, &l->cons);
	}
	return ring;
}

static uint8_t *live_byte(struct vchan_ring *ring, enum vchan_side side)
{
	return (uint8_t *)ring->shared + vchan_live_offset(side);
}

/* What `side` is to tell the other of; the other sets the bits. */
static uint8_t *notify_byte(struct vchan_ring *ring, enum vchan_side side)
{
	return side == VCHAN_SERVER ? &ring->shared->srv_notify : &ring->shared->cli_notify;
}

static enum vchan_side peer_of(enum vchan_side side)
{
	return side == VCHAN_SERVER ? VCHAN_CLIENT : VCHAN_SERVER;
}

/* Asks the peer for an event. The caller looks at the peer's index once more afterwards: what the
 * peer did before it saw the request, it did not tell. */
static void ring_ask(struct vchan_ring *ring, uint8_t what)
{
	__atomic_fetch_or(notify_byte(ring, peer_of(ring->side)), what, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Whether the peer has asked for an event; asks are spent by being answered. */
static bool ring_asked(struct vchan_ring *ring, uint8_t what)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_fetch_and(notify_byte(ring, ring->side), (uint8_t)~what, __ATOMIC_SEQ_CST) &
	       what;
}

void vchan_ring_open(struct vchan_ring *ring)
{
	ring_ask(ring, VCHAN_NOTIFY_WRITE);
	__atomic_store_n(live_byte(ring, ring->side), 1, __ATOMIC_SEQ_CST);
}

void vchan_ring_close(struct vchan_ring *ring)
{
	__atomic_store_n(live_byte(ring, ring->side), 0, __ATOMIC_SEQ_CST);
}

size_t vchan_live_offset(enum vchan_side side)
{
	return side == VCHAN_SERVER ? offsetof(struct vchan_interface, srv_live)
				    : offsetof(struct vchan_interface, cli_live);
}

static bool peer_lives(struct vchan_ring *ring)
{
	return __atomic_load_n(live_byte(ring, peer_of(ring->side)), __ATOMIC_ACQUIRE) != 0;
}

/* Bytes that wait in the peer's direction; marks the ring broken if the peer's index is a lie. */
static uint32_t flow_ready(struct vchan_ring *ring)
{
	uint32_t ready = __atomic_load_n(ring->in.peers, __ATOMIC_ACQUIRE) - ring->in.index;

	if (ready > ring->in.size)
		ring->broken = true;
	return ready;
}

/* Same for the room in ours. */
static uint32_t flow_room(struct vchan_ring *ring)
{
	uint32_t waiting = ring->out.index - __atomic_load_n(ring->out.peers, __ATOMIC_ACQUIRE);

	if (waiting > ring->out.size)
		ring->broken = true;
	return ring->out.size - waiting;
}

static ssize_t ring_refuse(int error)
{
	errno = error;
	return -1;
}

/* The bytes from our index to the ring's end; the rest of `count` goes on at its beginning. */
static uint32_t flow_first(const struct vchan_flow *flow, uint32_t count)
{
	uint32_t until_end = flow->size - (flow->index & (flow->size - 1));

	return count < until_end ? count : until_end;
}

static uint8_t *flow_place(const struct vchan_flow *flow)
{
	return flow->bytes + (flow->index & (flow->size - 1));
}

static void flow_publish(struct vchan_flow *flow, uint32_t count)
{
	flow->index += count;
	__atomic_store_n(flow->ours, flow->index, __ATOMIC_RELEASE);
}

ssize_t vchan_ring_read(struct vchan_ring *ring, void *bytes, size_t size, bool *notify)
{
	/* Before the index: what the peer wrote before it left is still read. */
	bool lives = peer_lives(ring);
	uint32_t ready, first;

	*notify = false;
	ready = flow_ready(ring);
	if (ready < size) {
		ring_ask(ring, VCHAN_NOTIFY_WRITE);
		ready = flow_ready(ring);
	}
	if (ring->broken)
		return ring_refuse(EPROTO);
	if (ready == 0)
		return lives ? ring_refuse(EAGAIN) : 0;
	if (ready > size)
		ready = (uint32_t)size;
	first = flow_first(&ring->in, ready);
	memcpy(bytes, flow_place(&ring->in), first);
	memcpy((uint8_t *)bytes + first, ring->in.bytes, ready - first);
	copied_once();
	flow_publish(&ring->in, ready);
	*notify = ring_asked(ring, VCHAN_NOTIFY_READ);
	return (ssize_t)ready;
}

ssize_t vchan_ring_write(struct vchan_ring *ring, const void *bytes, size_t size, bool *notify)
{
	uint32_t room, first;

	*notify = false;
	if (!peer_lives(ring))
		return 0;
	room = flow_room(ring);
	if (room < size) {
		ring_ask(ring, VCHAN_NOTIFY_READ);
		room = flow_room(ring);
	}
	if (ring->broken)
		return ring_refuse(EPROTO);
	if (room == 0)
		return ring_refuse(EAGAIN);
	if (room > size)
		room = (uint32_t)size;
	first = flow_first(&ring->out, room);
	memcpy(flow_place(&ring->out), bytes, first);
	memcpy(ring->out.bytes, (const uint8_t *)bytes + first, room - first);
	flow_publish(&ring->out, room);
	*notify = ring_asked(ring, VCHAN_NOTIFY_WRITE);
	return (ssize_t)room;
}
