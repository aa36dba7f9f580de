/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_NETLINK_H
#define XEN_RUNC_WIRE_NETLINK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Messages to and from the kernel's rtnetlink, see rtnetlink(7). Requests are built into a fixed
 * buffer; every wait is bounded by `timeout_ms`. One thread at a time.
 */
struct netlink {
	int fd;
	int timeout_ms;
	uint32_t sequence;
	char reason[128]; /* the kernel's own words on the last refusal; often empty */
};

#define NETLINK_TIMEOUT_MS 5000
#define NETLINK_REQUEST_MAX 2048

struct netlink_request {
	union {
		struct nlmsghdr header;
		uint8_t bytes[NETLINK_REQUEST_MAX];
	};
	bool full; /* something did not fit; the request will be refused with EMSGSIZE */
};

/* Opens a NETLINK_ROUTE socket in the caller's netns, subscribed to `groups` (RTMGRP_*; 0 = none).
 * -1 with errno. */
int netlink_open(struct netlink *netlink, uint32_t groups);
void netlink_close(struct netlink *netlink);

/* Begins a request with the family's own header (struct ifinfomsg, …). NLM_F_REQUEST is implied. */
void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags,
		   const void *header, size_t size);
void netlink_put(struct netlink_request *request, uint16_t type, const void *bytes, size_t length);
void netlink_put_u32(struct netlink_request *request, uint16_t type, uint32_t value);
/* Text with its NUL, as IFLA_IFNAME and the kind names want it. */
void netlink_put_text(struct netlink_request *request, uint16_t type, const char *text);
/* Opens a nested attribute; everything put until netlink_nest_end with the returned mark is in it.
 */
size_t netlink_nest_begin(struct netlink_request *request, uint16_t type);
void netlink_nest_end(struct netlink_request *request, size_t mark);

/* Sends the request and waits for the kernel's acknowledgement. -1 with the kernel's errno, or
 * ETIMEDOUT. */
int netlink_do(struct netlink *netlink, struct netlink_request *request);

/* Takes one message of a dump; anything but 0 ends the dump, and netlink_dump returns it. */
typedef int netlink_taker(const struct nlmsghdr *message, void *context);

/* Sends a dump request and hands every answer to `take`. 0, what `take` returned, or -1 with errno:
 * EAGAIN if what was dumped changed meanwhile and the dump must be done again. */
int netlink_dump(struct netlink *netlink, struct netlink_request *request, netlink_taker *take,
		 void *context);

/* Waits for anything to arrive on a subscribed socket and throws it away. 0, or -1 with errno. */
int netlink_wait(struct netlink *netlink, int timeout_ms);

/* Sorts the attributes that follow a message's family header of `size` bytes into `table`, whose
 * `count` entries are indexed by type; absent ones become NULL, types beyond it are skipped. False
 * if the message is malformed. */
bool netlink_attributes(const struct nlmsghdr *message, size_t size, const struct nlattr **table,
			size_t count);
/* Same for the attributes nested in one. */
bool netlink_nested(const struct nlattr *attribute, const struct nlattr **table, size_t count);

/* An attribute's bytes. */
const void *netlink_bytes(const struct nlattr *attribute);
size_t netlink_length(const struct nlattr *attribute);
/* Typed views; false if the attribute is absent or does not fit. */
bool netlink_u32(const struct nlattr *attribute, uint32_t *value);
bool netlink_copy(const struct nlattr *attribute, void *bytes, size_t length);
bool netlink_text(const struct nlattr *attribute, char *text, size_t size);

#endif
