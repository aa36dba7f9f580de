/* SPDX-License-Identifier: Apache-2.0 */
#include "withdraw.h"

#include <errno.h>

#include "log.h"
#include "network_parts.h"

/* What stays although it should not is no reason to keep the container from what is new. */
static void check(int result, const char *what)
{
	/* Each family and each kind of thing has a word of its own for what is not there. */
	if (result < 0 && errno != ENOENT && errno != ESRCH && errno != ENODEV &&
	    errno != EADDRNOTAVAIL)
		log_error("network: remove %s: %m", what);
}

static void link_withdraw(struct netlink *netlink, struct payload before, struct payload request)
{
	struct field_reader reader = payload_reader(before);
	struct payload after;
	struct net_link link;
	struct field field;

	if (!link_counterpart(request, before, &after) || link_of(before, 0, &link) < 0)
		return;
	while (payload_next(&reader, FIELD_ADDRESS, &field)) {
		struct net_address address = address_of(payload_group(&field), link.index);

		if (!field_stands(&field, after))
			check(address_remove(netlink, &address), "address");
	}
}

static void route_withdraw(struct netlink *netlink, struct payload group)
{
	struct net_route route;

	if (route_of(netlink, group, &route) == 0)
		check(route_remove(netlink, &route), "route");
}

static void neighbour_withdraw(struct netlink *netlink, struct payload group)
{
	struct net_neighbour neighbour;

	if (neighbour_of(netlink, group, &neighbour) == 0)
		check(neighbour_remove(netlink, &neighbour), "neighbour");
}

void network_withdraw(struct netlink *netlink, struct payload before, struct payload request)
{
	struct field_reader reader = payload_reader(before);
	struct field field;

	while (field_next(&reader, &field)) {
		if (field.tag == FIELD_LINK)
			link_withdraw(netlink, payload_group(&field), request);
		else if (field.tag == FIELD_ROUTE && !part_stands(&field, before, request))
			route_withdraw(netlink, payload_group(&field));
		else if (field.tag == FIELD_NEIGHBOUR && !part_stands(&field, before, request))
			neighbour_withdraw(netlink, payload_group(&field));
	}
}
