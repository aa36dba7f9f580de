/* SPDX-License-Identifier: Apache-2.0 */
#include "network_parts.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* No vif has this number. */
#define NUMBER_NONE UINT32_MAX

/* Copies an address and tells its family by its length. */
static uint8_t ip_take(struct payload group, uint16_t tag, uint8_t ip[16])
{
	struct field field;

	if (!payload_find(group, tag, &field))
		return AF_UNSPEC;
	memcpy(ip, field.bytes, field.length);
	return field.length == 4 ? AF_INET : AF_INET6;
}

int link_of(struct payload group, int timeout_ms, struct net_link *link)
{
	uint32_t number = payload_u32(group, FIELD_NUMBER, NUMBER_NONE);
	struct field mac;
	char device[32];

	payload_find(group, FIELD_MAC, &mac);
	if (number == NUMBER_NONE)
		return link_await_mac(mac.bytes, timeout_ms, link);
	/* A vif that was unplugged may still have the same MAC for a moment. */
	snprintf(device, sizeof(device), "vif-%u", number);
	return link_await_vif(device, mac.bytes, timeout_ms, link);
}

static bool link_is_same(struct payload one, struct payload other)
{
	struct field mac, mac_of_other;

	payload_find(one, FIELD_MAC, &mac);
	payload_find(other, FIELD_MAC, &mac_of_other);
	return payload_u32(one, FIELD_NUMBER, NUMBER_NONE) ==
		   payload_u32(other, FIELD_NUMBER, NUMBER_NONE) &&
	       memcmp(mac.bytes, mac_of_other.bytes, MAC_SIZE) == 0;
}

bool link_counterpart(struct payload payload, struct payload link, struct payload *counterpart)
{
	struct field_reader reader = payload_reader(payload);
	struct field field;

	while (payload_next(&reader, FIELD_LINK, &field)) {
		*counterpart = payload_group(&field);
		if (link_is_same(link, *counterpart))
			return true;
	}
	return false;
}

static bool is_same(const struct field *one, const struct field *other)
{
	return one->length == other->length && memcmp(one->bytes, other->bytes, one->length) == 0;
}

bool field_stands(const struct field *wanted, struct payload payload)
{
	struct field_reader reader = payload_reader(payload);
	struct field field;

	while (payload_next(&reader, wanted->tag, &field))
		if (is_same(&field, wanted))
			return true;
	return false;
}

/* The LINK with this name. */
static bool link_named(struct payload payload, const struct field *name, struct payload *link)
{
	struct field_reader reader = payload_reader(payload);
	struct field field, found;

	while (payload_next(&reader, FIELD_LINK, &field)) {
		*link = payload_group(&field);
		if (payload_find(*link, FIELD_NAME, &found) && is_same(&found, name))
			return true;
	}
	return false;
}

bool part_stands(const struct field *part, struct payload payload, struct payload other)
{
	struct payload link, link_of_other;
	struct field name;

	if (!field_stands(part, other))
		return false;
	if (!payload_find(payload_group(part), FIELD_NAME, &name) ||
	    !link_named(payload, &name, &link))
		return true;
	return link_named(other, &name, &link_of_other) && link_is_same(link, link_of_other);
}

struct net_address address_of(struct payload group, int index)
{
	struct net_address address = {
		.index = index,
		.prefix = (uint8_t)payload_u32(group, FIELD_PREFIX, 0),
		.scope = (uint8_t)payload_u32(group, FIELD_SCOPE, 0),
	};
	struct field field;

	address.family = ip_take(group, FIELD_IP, address.ip);
	address.has_broadcast = payload_find(group, FIELD_BROADCAST, &field);
	if (address.has_broadcast)
		memcpy(address.broadcast, field.bytes, sizeof(address.broadcast));
	return address;
}

static int index_of(struct netlink *netlink, struct payload group, int *index)
{
	struct net_link link;
	char name[TEXT_SIZE];

	*index = 0;
	if (!payload_text(group, FIELD_NAME, name))
		return 0;
	if (link_find(netlink, name, &link) < 0)
		return -1;
	*index = link.index;
	return 0;
}

int route_of(struct netlink *netlink, struct payload group, struct net_route *route)
{
	*route = (struct net_route){
		.prefix = (uint8_t)payload_u32(group, FIELD_PREFIX, 0),
		.scope = (uint8_t)payload_u32(group, FIELD_SCOPE, 0),
		.metric = payload_u32(group, FIELD_METRIC, 0),
		.onlink = payload_u32(group, FIELD_ONLINK, 0),
	};
	route->family = ip_take(group, FIELD_IP, route->ip);
	route->has_gateway = ip_take(group, FIELD_GATEWAY, route->gateway) != AF_UNSPEC;
	route->has_source = ip_take(group, FIELD_SOURCE_IP, route->source) != AF_UNSPEC;
	return index_of(netlink, group, &route->index);
}

int neighbour_of(struct netlink *netlink, struct payload group, struct net_neighbour *neighbour)
{
	struct field mac;

	*neighbour = (struct net_neighbour){ .has_mac = true };
	neighbour->family = ip_take(group, FIELD_IP, neighbour->ip);
	payload_find(group, FIELD_MAC, &mac);
	memcpy(neighbour->mac, mac.bytes, sizeof(neighbour->mac));
	return index_of(netlink, group, &neighbour->index);
}
