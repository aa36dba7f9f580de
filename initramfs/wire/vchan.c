/* SPDX-License-Identifier: Apache-2.0 */
#include "vchan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xen_device.h"

static int vchan_fd(const struct channel *channel)
{
	return ((const struct vchan *)channel)->event_fd;
}

/* One event stands for bytes and for room. */
static short vchan_events(bool want_read, bool want_write)
{
	return want_read || want_write ? POLLIN : 0;
}

static void vchan_awake(struct channel *channel)
{
	uint32_t port;
	ssize_t count;

	/* Only one port is bound. Writing it back lets the next event come (xen/evtchn.h's device,
	 * drivers/xen/evtchn.c). One event a call: a peer that sends them all the time must not
	 * keep its host here. */
	count = read(vchan_fd(channel), &port, sizeof(port));
	if (count == sizeof(port))
		count = write(vchan_fd(channel), &port, sizeof(port));
	(void)count;
}

static void vchan_tell(struct vchan *vchan)
{
	struct ioctl_evtchn_notify notify = { .port = vchan->port };

	ioctl(vchan->event_fd, IOCTL_EVTCHN_NOTIFY, &notify);
}

static ssize_t vchan_read(struct channel *channel, void *bytes, size_t size)
{
	struct vchan *vchan = (struct vchan *)channel;
	bool notify;
	ssize_t count = vchan_ring_read(&vchan->ring, bytes, size, &notify);

	if (notify)
		vchan_tell(vchan);
	return count;
}

static ssize_t vchan_write(struct channel *channel, const void *bytes, size_t size)
{
	struct vchan *vchan = (struct vchan *)channel;
	bool notify;
	ssize_t count = vchan_ring_write(&vchan->ring, bytes, size, &notify);

	if (notify)
		vchan_tell(vchan);
	return count;
}

static void vchan_close(struct channel *channel)
{
	vchan_free((struct vchan *)channel);
}

static const struct channel_kind vchan_kind = {
	.fd = vchan_fd,
	.events = vchan_events,
	.awake = vchan_awake,
	.read = vchan_read,
	.write = vchan_write,
	.close = vchan_close,
};

static int nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

struct vchan *vchan_new(int memory_fd, int event_fd)
{
	struct vchan *vchan = calloc(1, sizeof(*vchan));
	int saved;

	if (vchan && nonblocking(event_fd) == 0) {
		vchan->channel.kind = &vchan_kind;
		vchan->memory_fd = memory_fd;
		vchan->event_fd = event_fd;
		return vchan;
	}
	saved = errno;
	free(vchan);
	close(memory_fd);
	close(event_fd);
	errno = saved;
	return NULL;
}

void vchan_begin(struct vchan *vchan, enum vchan_side side, struct vchan_orders orders)
{
	vchan->ring = vchan_ring(vchan->shared, side, orders, vchan->left, vchan->right);
	vchan_ring_open(&vchan->ring);
	vchan->opened = true;
	vchan_tell(vchan);
}

void vchan_free(struct vchan *vchan)
{
	int saved = errno;

	if (vchan->opened) {
		vchan_ring_close(&vchan->ring);
		vchan_tell(vchan);
	}
	if (vchan->left)
		munmap(vchan->left, vchan->left_size);
	if (vchan->right)
		munmap(vchan->right, vchan->right_size);
	if (vchan->shared)
		munmap(vchan->shared, VCHAN_PAGE_SIZE);
	close(vchan->memory_fd);
	close(vchan->event_fd);
	free(vchan);
	errno = saved;
}

void *vchan_map(const struct vchan *vchan, size_t pages, uint64_t offset)
{
	void *place = mmap(NULL, pages * VCHAN_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   vchan->memory_fd, (off_t)offset);

	if (place == MAP_FAILED)
		return NULL;
	/* No child speaks for us. */
	madvise(place, pages * VCHAN_PAGE_SIZE, MADV_DONTFORK);
	return place;
}
