/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOTPLUG_WALL_H
#define XEN_RUNC_HOTPLUG_WALL_H

#include "filter.h"
#include "rtnetlink.h"

/*
 * The wall: the filters on a vif that let out of a guest only what a process without CAP_NET_RAW
 * and CAP_NET_ADMIN could have sent from the container's network namespace. What they take goes out
 * on the container's interface; all else is dropped, so that nothing of a guest's ever reaches the
 * namespace's own stack.
 *
 * It holds:
 * - any source MAC but the interface's, and tagged frames (their protocol is 802.1Q), and every
 *   ethertype but ARP, IPv4 and IPv6;
 * - ARP but requests and replies for Ethernet and IPv4 (RFC 826) whose sender is the interface's
 *   MAC and one of its addresses;
 * - IPv6 where the interface has it disabled, as on Docker's networks without IPv6;
 * - IPv4 and IPv6 from other addresses than the interface's; the link-local address of its MAC is
 *   one (RFC 4291, appendix A). From :: only the guest's own duplicate address detection (RFC 4862)
 *   and MLD's reports (RFC 3590);
 * - what DHCP servers send, by either port, since clients look at theirs alone: UDP from 67 or to
 *   68 (RFC 2131), from 547 or to 546 (RFC 8415, RFC 7610);
 * - what makes a bridge take the guest for a multicast router (br_multicast.c) and send it the
 *   frames of all groups: of IGMP all but the reports of RFC 1112, 2236 and 3376, with the router
 *   alert or without options; PIM;
 * - of ICMP redirects and router advertisements (RFC 792, RFC 1256);
 * - of ICMPv6 all but errors, echo, router and neighbour solicitations and neighbour advertisements
 *   for the interface's addresses (RFC 4861): router advertisements and redirects among them. MLD's
 *   reports pass in the form that RFC 2710 and RFC 3810 give them, a hop-by-hop header with the
 *   router alert alone and hop limit 1; MLD's queries do not;
 * - the ways around these (RFC 7113): IPv6 extension headers but the fragment header, and behind
 *   that another one, or ICMPv6 but echo (RFC 6980); UDP and ICMP in IPv4 with options. First
 * fragments hold what is asked for here, or are dropped: 8 bytes at least (RFC 791, RFC 8200), and
 * a packet too short for a key is taken by no filter.
 *
 * It does not hold: other protocols above IP from the container's own addresses, as names announced
 * by mDNS; the link-layer address options of the neighbour messages about its own addresses;
 * tunnels, which end at who agreed to them; how much is sent. An interface's addresses are those at
 * the time when the vif is plugged, without those that routers advertise.
 */

/* A scan's answer has room for about as many addresses. */
#define WALL_ADDRESSES_MAX 512

struct wall_address {
	uint8_t family; /* AF_INET, with 4 bytes, or AF_INET6 */
	uint8_t ip[16];
};

struct wall {
	uint32_t interface; /* the index of the link where out is */
	uint8_t mac[MAC_SIZE];
	bool ipv6; /* the interface speaks it; else nothing of it goes out */
	struct wall_address addresses[WALL_ADDRESSES_MAX];
	size_t count;
};

/* Hands each filter to `take` in the order in which they are to be added; anything but 0 from it
 * ends that and is returned. */
typedef int wall_taker(const struct filter *filter, void *context);
int wall_list(const struct wall *wall, wall_taker *take, void *context);

#endif
