/* SPDX-License-Identifier: Apache-2.0 */
/* The client's end, in domain 0: pages of a guest, which may be hostile, mapped here. */
#include "vchan_host.h"

#include <errno.h>
#include <sys/ioctl.h>

#include "vchan.h"
#include "xen_device.h"

#define RING_PAGES_MAX ((size_t)1 << (VCHAN_ORDER_MAX - VCHAN_ORDER_PAGES))

/* struct ioctl_gntdev_map_grant_ref with room for the references of one whole ring. */
union gntdev_request {
	struct ioctl_gntdev_map_grant_ref call;
	uint8_t room[sizeof(struct ioctl_gntdev_map_grant_ref) +
		     RING_PAGES_MAX * sizeof(struct ioctl_gntdev_grant_ref)];
};

/* Maps the pages that `domid` granted under these references. */
static void *pages_map(const struct vchan *vchan, uint32_t domid, const uint32_t *references,
		       size_t count, uint64_t *offset)
{
	union gntdev_request request = { .call = { .count = (uint32_t)count } };
	struct ioctl_gntdev_grant_ref *refs =
	    (void *)(request.room + offsetof(struct ioctl_gntdev_map_grant_ref, refs));

	for (size_t i = 0; i < count; i++)
		refs[i] = (struct ioctl_gntdev_grant_ref){ .domid = domid, .ref = references[i] };
	if (ioctl(vchan->memory_fd, IOCTL_GNTDEV_MAP_GRANT_REF, &request) < 0)
		return NULL;
	*offset = request.call.index;
	return vchan_map(vchan, count, request.call.index);
}

/* The kernel tells the guest for us that the client is gone, should we die without a word. */
static int death_announce(const struct vchan *vchan, uint64_t offset)
{
	struct ioctl_gntdev_unmap_notify notify = {
		.index = offset + vchan_live_offset(VCHAN_CLIENT),
		.action = UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT,
		.event_channel_port = vchan->port,
	};

	return ioctl(vchan->memory_fd, IOCTL_GNTDEV_SET_UNMAP_NOTIFY, &notify);
}

static int port_bind(struct vchan *vchan, uint32_t domid, uint32_t remote_port)
{
	struct ioctl_evtchn_bind_interdomain bind = { .remote_domain = domid,
						      .remote_port = remote_port };
	int port = ioctl(vchan->event_fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);

	vchan->port = (uint32_t)port;
	return port;
}

/* One ring's own pages, whose references begin at number `first` in the shared page. */
static int ring_map(const struct vchan *vchan, uint32_t domid, size_t first, unsigned int order,
		    uint8_t **place, size_t *size)
{
	uint32_t references[RING_PAGES_MAX];
	size_t pages = vchan_order_pages(order);
	uint64_t ignored;

	if (pages == 0)
		return 0;
	vchan_page_grants(vchan->shared, first, references, pages);
	*size = pages * VCHAN_PAGE_SIZE;
	*place = pages_map(vchan, domid, references, pages, &ignored);
	return *place ? 0 : -1;
}

static int rings_map(struct vchan *vchan, uint32_t domid, uint32_t ring_ref)
{
	struct vchan_orders orders;
	uint64_t offset;

	vchan->shared = pages_map(vchan, domid, &ring_ref, 1, &offset);
	if (!vchan->shared || death_announce(vchan, offset) < 0)
		return -1;
	if (!vchan_page_orders(vchan->shared, &orders)) {
		errno = EPROTO;
		return -1;
	}
	if (ring_map(vchan, domid, 0, orders.left, &vchan->left, &vchan->left_size) < 0 ||
	    ring_map(vchan, domid, vchan_order_pages(orders.left), orders.right, &vchan->right,
		     &vchan->right_size) < 0)
		return -1;
	vchan_begin(vchan, VCHAN_CLIENT, orders);
	return 0;
}

struct channel *channel_join_vchan(int gntdev_fd, int evtchn_fd, uint32_t domid, uint32_t ring_ref,
				   uint32_t port)
{
	struct vchan *vchan = vchan_new(gntdev_fd, evtchn_fd);

	if (!vchan)
		return NULL;
	if (port_bind(vchan, domid, port) < 0 || rings_map(vchan, domid, ring_ref) < 0) {
		vchan_free(vchan);
		return NULL;
	}
	return &vchan->channel;
}
