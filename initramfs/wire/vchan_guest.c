/* SPDX-License-Identifier: Apache-2.0 */
/* The server's end: pages of our own granted to domain 0, published in xenstore. */
#include "vchan_guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vchan.h"
#include "xen_device.h"
#include "xenbus.h"

#define PEER_DOMID 0
#define RING_PAGES_MAX ((size_t)1 << (VCHAN_ORDER_MAX - VCHAN_ORDER_PAGES))

/* struct ioctl_gntalloc_alloc_gref with room for the references of one whole ring. */
union gntalloc_request {
	struct ioctl_gntalloc_alloc_gref call;
	uint8_t room[sizeof(struct ioctl_gntalloc_alloc_gref) + RING_PAGES_MAX * sizeof(uint32_t)];
};

/* Allocates pages that domain 0 may map, maps them here and stores their grant references. */
static void *pages_share(const struct vchan *vchan, size_t count, uint32_t *references,
			 uint64_t *offset)
{
	union gntalloc_request request = { .call = { .domid = PEER_DOMID,
						     .flags = GNTALLOC_FLAG_WRITABLE,
						     .count = (uint32_t)count } };

	if (ioctl(vchan->memory_fd, IOCTL_GNTALLOC_ALLOC_GREF, &request) < 0)
		return NULL;
	*offset = request.call.index;
	for (size_t i = 0; i < count; i++)
		references[i] =
		    ((const uint32_t *)(const void *)(request.room +
						      offsetof(struct ioctl_gntalloc_alloc_gref,
							       gref_ids)))[i];
	return vchan_map(vchan, count, request.call.index);
}

/* The kernel says for us that the server is gone, should we die without a word. */
static int death_announce(const struct vchan *vchan, uint64_t offset)
{
	struct ioctl_gntalloc_unmap_notify notify = {
		.index = offset + vchan_live_offset(VCHAN_SERVER),
		.action = UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT,
		.event_channel_port = vchan->port,
	};

	return ioctl(vchan->memory_fd, IOCTL_GNTALLOC_SET_UNMAP_NOTIFY, &notify);
}

static int port_bind(struct vchan *vchan)
{
	struct ioctl_evtchn_bind_unbound_port bind = { .remote_domain = PEER_DOMID };
	int port = ioctl(vchan->event_fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &bind);

	vchan->port = (uint32_t)port;
	return port;
}

/* Maps everything and begins; the shared page's reference, by which the client finds the rest. */
static int rings_share(struct vchan *vchan, struct vchan_orders orders, uint32_t *shared_reference)
{
	uint32_t references[2 * RING_PAGES_MAX];
	size_t left = vchan_order_pages(orders.left), right = vchan_order_pages(orders.right);
	uint64_t offset, ignored;

	vchan->left_size = left * VCHAN_PAGE_SIZE;
	vchan->right_size = right * VCHAN_PAGE_SIZE;
	vchan->shared = pages_share(vchan, 1, shared_reference, &offset);
	if (!vchan->shared)
		return -1;
	vchan->left = pages_share(vchan, left, references, &ignored);
	if (!vchan->left)
		return -1;
	vchan->right = pages_share(vchan, right, references + left, &ignored);
	if (!vchan->right || port_bind(vchan) < 0 || death_announce(vchan, offset) < 0)
		return -1;
	vchan_page_offer(vchan->shared, orders, references);
	vchan_begin(vchan, VCHAN_SERVER, orders);
	return 0;
}

static int number_write(struct xenbus *xenbus, uint32_t transaction, const char *directory,
			const char *name, uint32_t value)
{
	char path[256], text[16];

	if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(text, sizeof(text), "%u", value);
	return xenbus_write(xenbus, transaction, path, text);
}

/* In a transaction, so that a watcher who sees one node can read the other. Permissions come from
 * the directory above (libxl gives "data" to the guest alone), and domain 0 may read anything. */
static int publish_once(struct xenbus *xenbus, const char *directory, uint32_t reference,
			uint32_t port)
{
	uint32_t transaction;

	if (xenbus_transaction_start(xenbus, &transaction) < 0)
		return -1;
	if (number_write(xenbus, transaction, directory, "ring-ref", reference) < 0 ||
	    number_write(xenbus, transaction, directory, "event-channel", port) < 0) {
		xenbus_transaction_abort(xenbus, transaction);
		return -1;
	}
	return xenbus_transaction_commit(xenbus, transaction);
}

static int publish(const char *directory, uint32_t reference, uint32_t port)
{
	struct xenbus xenbus;
	int done;

	if (xenbus_open(&xenbus) < 0)
		return -1;
	for (int attempt = 0; attempt < 100; attempt++) {
		done = publish_once(&xenbus, directory, reference, port);
		if (done == 0 || errno != EAGAIN)
			break;
	}
	xenbus_close(&xenbus);
	return done;
}

static struct vchan *devices_open(void)
{
	int memory_fd, event_fd, saved;

	memory_fd = open("/dev/xen/gntalloc", O_RDWR | O_CLOEXEC);
	if (memory_fd < 0)
		return NULL;
	event_fd = open("/dev/xen/evtchn", O_RDWR | O_CLOEXEC);
	if (event_fd < 0) {
		saved = errno;
		close(memory_fd);
		errno = saved;
		return NULL;
	}
	return vchan_new(memory_fd, event_fd);
}

struct channel *channel_serve_vchan(const char *xs_path, size_t read_min, size_t write_min)
{
	struct vchan_orders orders = { .left = vchan_order_for(read_min),
				       .right = vchan_order_for(write_min) };
	uint32_t reference;
	struct vchan *vchan;

	if (!orders.left || !orders.right) {
		errno = EINVAL;
		return NULL;
	}
	vchan = devices_open();
	if (!vchan)
		return NULL;
	if (rings_share(vchan, orders, &reference) < 0 ||
	    publish(xs_path, reference, vchan->port) < 0) {
		vchan_free(vchan);
		return NULL;
	}
	return &vchan->channel;
}
