/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_RTNETLINK_H
#define XEN_RUNC_WIRE_RTNETLINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "netlink.h"

/*
 * Links, addresses, routes and neighbours of the netns in which a struct netlink was opened.
 * Functions return 0, or -1 with errno (the kernel's, ETIMEDOUT, EBADMSG for an answer that makes
 * no sense). A listing hands each record to `take`; anything but 0 from it ends the listing and is
 * returned; EAGAIN means that the kernel's list changed meanwhile and must be listed again.
 */

#define MAC_SIZE 6

struct net_link {
	int index;
	char name[IF_NAMESIZE];
	char kind[IF_NAMESIZE]; /* "veth", "dummy", …; empty for a device without one, as a vif */
	char device[32]; /* of a link that a device has: the device's name on its bus, as "vif-1-0"
			  */
	char alternative[128]; /* the last of its alternative names; empty without one */
	unsigned int type;     /* ARPHRD_* */
	unsigned int flags;    /* IFF_* */
	uint32_t mtu;
	bool has_mac;
	uint8_t mac[MAC_SIZE];
};

/* IPv4 addresses take the first 4 bytes of every `ip`-like member, IPv6 all 16. */
struct net_address {
	int index;
	uint8_t family; /* AF_INET or AF_INET6 */
	uint8_t prefix;
	uint8_t scope;	/* RT_SCOPE_* */
	uint32_t flags; /* IFA_F_* */
	uint8_t ip[16];
	bool has_broadcast;
	uint8_t broadcast[4];
};

struct net_route {
	int index; /* outgoing link, 0 = found by the gateway */
	uint8_t family;
	uint8_t prefix;
	uint8_t scope;
	uint8_t protocol; /* RTPROT_*: RTPROT_KERNEL routes come by themselves with an address */
	uint8_t type;	  /* RTN_*; route_add makes RTN_UNICAST only */
	uint32_t table;	  /* RT_TABLE_*; route_add adds to RT_TABLE_MAIN only */
	uint8_t ip[16];
	bool has_gateway, has_source, onlink;
	uint8_t gateway[16]; /* of the route's own family */
	uint8_t source[16];
	uint32_t metric; /* 0 = none */
};

struct net_neighbour {
	int index;
	uint8_t family;
	uint16_t state; /* NUD_*; neighbour_add makes NUD_PERMANENT only */
	uint8_t ip[16];
	bool has_mac;
	uint8_t mac[MAC_SIZE];
};

/* 4 or 16; 0 for a family that is neither AF_INET nor AF_INET6. */
size_t net_ip_size(uint8_t family);
/* The link-local IPv6 address that a kernel gives a link with this MAC (RFC 4291, appendix A). */
void net_link_local(const uint8_t mac[MAC_SIZE], uint8_t ip[16]);

/* Whether somebody gave it, and not a router's advertisements: an IPv6 address of theirs ends by
 * itself when no more are heard. */
bool net_address_given(const struct net_address *address);

/* Whether a link of this device is netback's end of a vif. The kernel names the device wherever the
 * link has moved (rtnl_fill_ifinfo in net/core/rtnetlink.c, since 5.14); any link may be called
 * vif1.0. */
bool net_device_is_vif(const char *device);

typedef int net_link_taker(const struct net_link *link, void *context);
typedef int net_address_taker(const struct net_address *address, void *context);
typedef int net_route_taker(const struct net_route *route, void *context);
typedef int net_neighbour_taker(const struct net_neighbour *neighbour, void *context);

int link_list(struct netlink *netlink, net_link_taker *take, void *context);
/* All families. */
int address_list(struct netlink *netlink, net_address_taker *take, void *context);
/* All families and tables, without cached routes. Multipath routes are left out. */
int route_list(struct netlink *netlink, net_route_taker *take, void *context);
int neighbour_list(struct netlink *netlink, net_neighbour_taker *take, void *context);

/* ENODEV if there is none. */
int link_find(struct netlink *netlink, const char *name, struct net_link *link);
/* Waits until a link with this MAC exists, or one with this name or of this device, whatever its
 * name is; ETIMEDOUT. Opens netlink sockets of its own. */
int link_await_mac(const uint8_t mac[MAC_SIZE], int timeout_ms, struct net_link *link);
int link_await_device(const char *name, const char *device, int timeout_ms, struct net_link *link);
/* The same for the link of this device, or a link of no device that has this MAC. */
int link_await_vif(const char *device, const uint8_t mac[MAC_SIZE], int timeout_ms,
		   struct net_link *link);

/* What to change about a link, in one message; begin with LINK_UNCHANGED. */
struct link_change {
	const char *name;   /* NULL = as it is; the link must be down, or move to another netns */
	const uint8_t *mac; /* NULL = as it is */
	uint32_t mtu;	    /* 0 = as it is */
	enum { LINK_SAME_STATE, LINK_UP, LINK_DOWN } state;
	int netns_fd; /* -1 = stays; else nothing but the name should change with it */
};
#define LINK_UNCHANGED ((struct link_change){ .netns_fd = -1 })

int link_change(struct netlink *netlink, int index, const struct link_change *change);

/* Takes away the alternative names of the link with this index (ip-link(8), altname). */
int link_drop_alternatives(struct netlink *netlink, int index);

/* From now on the link takes no IPv6 address by itself when it comes up, and so says nothing of its
 * own there. No error where there is no IPv6. */
int link_keep_silent(struct netlink *netlink, int index);

/* An IPv6 address is added without duplicate address detection: the veth's stack did it already. */
int address_add(struct netlink *netlink, const struct net_address *address);
int route_add(struct netlink *netlink, const struct net_route *route);
int neighbour_add(struct netlink *netlink, const struct net_neighbour *neighbour);
/* They take away what the functions above have added, with the same members. ENODEV, ENOENT, ESRCH
 * or EADDRNOTAVAIL if it is not there. */
int address_remove(struct netlink *netlink, const struct net_address *address);
int route_remove(struct netlink *netlink, const struct net_route *route);
int neighbour_remove(struct netlink *netlink, const struct net_neighbour *neighbour);

#endif
