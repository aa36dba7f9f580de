/* SPDX-License-Identifier: Apache-2.0 */
#include "netwatch.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "clock.h"
#include "engine_link.h"
#include "netlink.h"
#include "rtnetlink.h"

/* A burst is over when nothing has come for so long, or has lasted so long. */
#define QUIET_MS 20
#define BURST_MS 500
/* Read before the other peers get their turn. */
#define TURN_DATAGRAMS 64
#define DATAGRAM_SIZE 32768

#define GROUPS                                                                                     \
	(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |               \
	 RTMGRP_IPV6_ROUTE)

int netwatch_open(struct monitor *monitor, struct failure *failure)
{
	struct netlink netlink;

	if (netlink_open(&netlink, GROUPS))
		return failure_errno(failure, errno, "watch the network namespace");
	monitor->netwatch.fd = netlink.fd;
	return 0;
}

/* Whatever cannot be read counts. */
static bool link_counts(const struct nlmsghdr *message)
{
	const struct nlattr *table[IFLA_PARENT_DEV_NAME + 1];
	char device[32];

	return !netlink_attributes(message, sizeof(struct ifinfomsg), table,
				   IFLA_PARENT_DEV_NAME + 1) ||
	       !netlink_text(table[IFLA_PARENT_DEV_NAME], device, sizeof(device)) ||
	       !net_device_is_vif(device);
}

/* Only what a scan would take: the kernel's own routes come and go with a vif's carrier, too. */
static bool route_counts(const struct nlmsghdr *message)
{
	const struct rtmsg *route = NLMSG_DATA(message);

	return message->nlmsg_len < NLMSG_LENGTH(sizeof(*route)) ||
	       (route->rtm_type == RTN_UNICAST && route->rtm_protocol != RTPROT_KERNEL &&
		route->rtm_protocol != RTPROT_RA && !(route->rtm_flags & RTM_F_CLONED));
}

static bool event_counts(const struct nlmsghdr *message)
{
	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return link_counts(message);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return route_counts(message);
	}
	return true;
}

static bool datagram_counts(const uint8_t *bytes, size_t left)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)bytes;

	while (left >= sizeof(*message) && message->nlmsg_len >= sizeof(*message) &&
	       message->nlmsg_len <= left) {
		size_t step = NLMSG_ALIGN(message->nlmsg_len);

		if (event_counts(message))
			return true;
		left -= step < left ? step : left;
		message = (const struct nlmsghdr *)((const uint8_t *)message + step);
	}
	return left != 0;
}

static void changed(struct netwatch *watch)
{
	int64_t now = clock_ms();

	if (!watch->changed)
		watch->burst_end = now + BURST_MS;
	watch->changed = true;
	watch->quiet = now + QUIET_MS;
}

void netwatch_woken(struct monitor *monitor)
{
	static _Alignas(struct nlmsghdr) uint8_t bytes[DATAGRAM_SIZE];
	struct netwatch *watch = &monitor->netwatch;

	for (int i = 0; i < TURN_DATAGRAMS; i++) {
		ssize_t length = recv(watch->fd, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_TRUNC);

		if (length < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		/* ENOBUFS: events were lost, which are changes as well. */
		if (length < 0 || (size_t)length > sizeof(bytes) ||
		    datagram_counts(bytes, (size_t)length))
			changed(watch);
	}
}

int64_t netwatch_deadline(const struct monitor *monitor)
{
	const struct netwatch *watch = &monitor->netwatch;

	if (!watch->changed || !monitor->engine_greeted || queue_length(&monitor->to_engine))
		return -1;
	return watch->quiet < watch->burst_end ? watch->quiet : watch->burst_end;
}

void netwatch_tell(struct monitor *monitor)
{
	const struct frame frame = { .type = FRAME_NETWORK_CHANGED };
	int64_t deadline = netwatch_deadline(monitor);

	if (deadline < 0 || clock_ms() < deadline)
		return;
	monitor->netwatch.changed = false;
	engine_send(monitor, &frame, "");
}
