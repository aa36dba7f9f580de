/* SPDX-License-Identifier: Apache-2.0 */
/* rtnetlink against the real kernel, in a netns of its own: run as root. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../netlink.h"
#include "../rtnetlink.h"
#include "test.h"

static const uint8_t mac[MAC_SIZE] = { 0x02, 0x42, 0xac, 0x11, 0x00, 0x02 };

static void netns_fresh(void)
{
	EXPECT(unshare(CLONE_NEWNET) == 0);
}

/* `ip link add` in the library's own words. */
static int link_add(struct netlink *netlink, const char *name, const char *kind)
{
	const struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	struct netlink_request request;
	size_t info;

	netlink_begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	netlink_put_text(&request, IFLA_IFNAME, name);
	info = netlink_nest_begin(&request, IFLA_LINKINFO);
	netlink_put_text(&request, IFLA_INFO_KIND, kind);
	netlink_nest_end(&request, info);
	return netlink_do(netlink, &request);
}

/* A fresh netns with one veth pair: "left0" and its kernel-named peer. */
static struct netlink with_veth(struct net_link *veth)
{
	struct netlink netlink;

	netns_fresh();
	EXPECT(netlink_open(&netlink, 0) == 0);
	EXPECT(link_add(&netlink, "left0", "veth") == 0);
	EXPECT(link_find(&netlink, "left0", veth) == 0);
	return netlink;
}

static void link_is_renamed_and_configured_in_one_message(void)
{
	struct link_change change = LINK_UNCHANGED;
	struct net_link link;
	struct netlink netlink = with_veth(&link);

	EXPECT(strcmp(link.kind, "veth") == 0);
	change.name = "eth0";
	change.mac = mac;
	change.mtu = 1400;
	change.state = LINK_UP;
	EXPECT(link_change(&netlink, link.index, &change) == 0);

	EXPECT(link_find(&netlink, "eth0", &link) == 0);
	EXPECT(link.mtu == 1400 && link.has_mac && memcmp(link.mac, mac, MAC_SIZE) == 0);
	EXPECT(link.flags & IFF_UP);
	EXPECT(link_find(&netlink, "left0", &link) == -1 && errno == ENODEV);
	netlink_close(&netlink);
}

static void kernel_refusal_comes_back_as_errno_and_reason(void)
{
	struct link_change change = LINK_UNCHANGED;
	struct net_link link;
	struct netlink netlink = with_veth(&link);

	change.mtu = 10;
	EXPECT(link_change(&netlink, link.index, &change) == -1 && errno == EINVAL);
	EXPECT(strstr(netlink.reason, "mtu"));
	change.mtu = 1500;
	EXPECT(link_change(&netlink, 4711, &change) == -1 && errno == ENODEV);
	EXPECT(link_change(&netlink, link.index, &change) == 0 && netlink.reason[0] == '\0');
	netlink_close(&netlink);
}

static int address_keep(const struct net_address *address, void *context)
{
	struct net_address *kept = context;

	if (address->index != kept->index || address->family != kept->family ||
	    address->scope == RT_SCOPE_LINK)
		return 0;
	*kept = *address;
	return 1;
}

static void addresses_are_added_and_listed(void)
{
	struct link_change up = LINK_UNCHANGED;
	struct net_address found = { .family = AF_INET };
	struct net_link link;
	struct netlink netlink = with_veth(&link);
	struct net_address four = { .index = link.index,
				    .family = AF_INET,
				    .prefix = 16,
				    .ip = { 172, 17, 0, 2 },
				    .has_broadcast = true,
				    .broadcast = { 172, 17, 255, 255 } };
	struct net_address six = { .index = link.index, .family = AF_INET6, .prefix = 64 };

	up.state = LINK_UP;
	EXPECT(link_change(&netlink, link.index, &up) == 0);
	EXPECT(address_add(&netlink, &four) == 0);
	EXPECT(inet_pton(AF_INET6, "fd00::2", six.ip) == 1);
	EXPECT(address_add(&netlink, &six) == 0);

	found.index = link.index;
	EXPECT(address_list(&netlink, address_keep, &found) == 1);
	EXPECT(found.prefix == 16 && memcmp(found.ip, four.ip, 4) == 0);
	EXPECT(found.has_broadcast && memcmp(found.broadcast, four.broadcast, 4) == 0);
	found.family = AF_INET6;
	EXPECT(address_list(&netlink, address_keep, &found) == 1);
	EXPECT(found.prefix == 64 && memcmp(found.ip, six.ip, 16) == 0);
	EXPECT(!(found.flags & IFA_F_TENTATIVE));

	four.prefix = 33;
	EXPECT(address_add(&netlink, &four) == -1 && errno == EINVAL);
	netlink_close(&netlink);
}

static int route_keep_gateway(const struct net_route *route, void *context)
{
	struct net_route *kept = context;

	if (!route->has_gateway || route->family != kept->family)
		return 0;
	*kept = *route;
	return 1;
}

static void routes_are_added_and_listed(void)
{
	struct link_change up = LINK_UNCHANGED;
	struct net_route found = { .family = AF_INET };
	struct net_link link;
	struct netlink netlink = with_veth(&link);
	struct net_address address = {
		.index = link.index, .family = AF_INET, .prefix = 16, .ip = { 172, 17, 0, 2 }
	};
	struct net_route route = {
		.family = AF_INET, .has_gateway = true, .gateway = { 172, 17, 0, 1 }, .metric = 7
	};

	EXPECT(route_add(&netlink, &route) == -1 && errno == ENETUNREACH);
	up.state = LINK_UP;
	EXPECT(link_change(&netlink, link.index, &up) == 0);
	EXPECT(address_add(&netlink, &address) == 0);
	EXPECT(route_add(&netlink, &route) == 0);

	EXPECT(route_list(&netlink, route_keep_gateway, &found) == 1);
	EXPECT(found.index == link.index && found.prefix == 0 && found.metric == 7);
	EXPECT(memcmp(found.gateway, route.gateway, 4) == 0);
	EXPECT(found.table == RT_TABLE_MAIN && found.type == RTN_UNICAST);
	netlink_close(&netlink);
}

static void onlink_route_reaches_a_gateway_outside_the_subnet(void)
{
	struct link_change up = LINK_UNCHANGED;
	struct net_route found = { .family = AF_INET };
	struct net_link link;
	struct netlink netlink = with_veth(&link);
	struct net_address address = {
		.index = link.index, .family = AF_INET, .prefix = 32, .ip = { 10, 0, 0, 2 }
	};
	struct net_route route = { .family = AF_INET,
				   .index = link.index,
				   .has_gateway = true,
				   .gateway = { 169, 254, 1, 1 } };

	up.state = LINK_UP;
	EXPECT(link_change(&netlink, link.index, &up) == 0);
	EXPECT(address_add(&netlink, &address) == 0);
	EXPECT(route_add(&netlink, &route) == -1);
	route.onlink = true;
	EXPECT(route_add(&netlink, &route) == 0);
	EXPECT(route_list(&netlink, route_keep_gateway, &found) == 1 && found.onlink);
	netlink_close(&netlink);
}

/* 10.0.0.0/8 or a part of it. */
static int route_count(const struct net_route *route, void *context)
{
	int *count = context;

	if (route->family == AF_INET && route->table == RT_TABLE_MAIN && route->ip[0] == 10)
		++*count;
	return 0;
}

static void routes_that_no_net_route_holds_are_left_out(void)
{
	struct link_change up = LINK_UNCHANGED;
	struct net_link link;
	struct netlink netlink = with_veth(&link);
	int count = 0;

	up.state = LINK_UP;
	EXPECT(link_change(&netlink, link.index, &up) == 0);
	EXPECT(system("ip address add 172.17.0.2/16 dev left0;"
		      "ip route add 10.1.0.0/16 dev left0;"
		      "ip route add 10.2.0.0/16 via inet6 fe80::1 dev left0;"
		      "ip route add 10.3.0.0/16 nexthop via 172.17.0.3 nexthop via 172.17.0.4;"
		      "test $(ip route show root 10.0.0.0/8 | wc -l) -ge 3") == 0);
	EXPECT(route_list(&netlink, route_count, &count) == 0 && count == 1);
	netlink_close(&netlink);
}

static int neighbour_keep(const struct net_neighbour *neighbour, void *context)
{
	struct net_neighbour *kept = context;

	if (!(neighbour->state & NUD_PERMANENT) || neighbour->family != AF_INET)
		return 0;
	*kept = *neighbour;
	return 1;
}

static void permanent_neighbours_are_added_and_listed(void)
{
	struct link_change up = LINK_UNCHANGED;
	struct net_neighbour found = { 0 };
	struct net_link link;
	struct netlink netlink = with_veth(&link);
	struct net_neighbour neighbour = { .index = link.index,
					   .family = AF_INET,
					   .ip = { 169, 254, 1, 1 } };

	memcpy(neighbour.mac, mac, MAC_SIZE);
	up.state = LINK_UP;
	EXPECT(link_change(&netlink, link.index, &up) == 0);
	EXPECT(neighbour_add(&netlink, &neighbour) == 0);
	EXPECT(neighbour_list(&netlink, neighbour_keep, &found) == 1);
	EXPECT(found.index == link.index && memcmp(found.ip, neighbour.ip, 4) == 0);
	EXPECT(found.has_mac && memcmp(found.mac, mac, MAC_SIZE) == 0);
	netlink_close(&netlink);
}

static void link_moves_to_another_netns(void)
{
	struct link_change move = LINK_UNCHANGED;
	struct netlink there;
	struct net_link link;
	struct netlink netlink = with_veth(&link);
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	netns_fresh();
	EXPECT(netlink_open(&there, 0) == 0);
	move.netns_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	EXPECT(setns(here, CLONE_NEWNET) == 0);
	EXPECT(link_change(&netlink, link.index, &move) == 0);
	EXPECT(link_find(&there, "left0", &link) == 0);
	EXPECT(link_find(&netlink, "left0", &link) == -1 && errno == ENODEV);
	close(move.netns_fd);
	close(here);
	netlink_close(&there);
	netlink_close(&netlink);
}

static void awaited_link_is_found_when_it_comes(void)
{
	struct link_change change = LINK_UNCHANGED;
	struct net_link link, found;
	struct netlink netlink;
	int status;
	pid_t child;

	netns_fresh();
	child = fork();
	if (child == 0) {
		usleep(50000);
		change.mac = mac;
		_exit(netlink_open(&netlink, 0) || link_add(&netlink, "late0", "veth") ||
		      link_find(&netlink, "late0", &link) ||
		      link_change(&netlink, link.index, &change));
	}
	EXPECT(link_await_mac(mac, 5000, &found) == 0 && strcmp(found.name, "late0") == 0);
	EXPECT(waitpid(child, &status, 0) == child && status == 0);
}

static int address_count(const struct net_address *address, void *context)
{
	int *count = context;

	(void)address;
	++*count;
	return 0;
}

static void silent_link_takes_no_address_when_it_comes_up(void)
{
	struct link_change up = LINK_UNCHANGED;
	struct net_link link, peer;
	struct netlink netlink = with_veth(&link);
	int count = 0;

	up.state = LINK_UP;
	EXPECT(link_find(&netlink, "veth0", &peer) == 0);
	EXPECT(link_keep_silent(&netlink, link.index) == 0);
	EXPECT(link_keep_silent(&netlink, peer.index) == 0);
	EXPECT(link_change(&netlink, link.index, &up) == 0);
	EXPECT(link_change(&netlink, peer.index, &up) == 0);
	EXPECT(address_list(&netlink, address_count, &count) == 0 && count == 0);
	EXPECT(link_keep_silent(&netlink, 4711) == -1 && errno == ENODEV);
	netlink_close(&netlink);
}

static void awaiting_a_link_ends_at_its_timeout(void)
{
	struct net_link found;

	netns_fresh();
	EXPECT(link_await_mac(mac, 30, &found) == -1 && errno == ETIMEDOUT);
}

static void request_that_does_not_fit_is_refused_unsent(void)
{
	const struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	const uint8_t bytes[NETLINK_REQUEST_MAX - 16] = { 0 };
	struct netlink_request request;
	struct netlink netlink;
	size_t mark;

	EXPECT(netlink_open(&netlink, 0) == 0);
	netlink_begin(&request, RTM_NEWLINK, 0, &header, sizeof(header));
	mark = netlink_nest_begin(&request, IFLA_LINKINFO);
	netlink_put(&request, IFLA_INFO_KIND, bytes, sizeof(bytes));
	netlink_put_u32(&request, IFLA_MTU, 1500);
	netlink_nest_end(&request, mark);
	EXPECT(request.full);
	EXPECT(netlink_do(&netlink, &request) == -1 && errno == EMSGSIZE);
	netlink_close(&netlink);
}

static void attributes_cut_anywhere_are_refused_or_whole(void)
{
	const struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	const struct nlattr *table[IFLA_LINKINFO + 1];
	struct netlink_request request;
	uint32_t whole, mtu;
	char name[IF_NAMESIZE];

	netlink_begin(&request, RTM_NEWLINK, 0, &header, sizeof(header));
	netlink_put_u32(&request, IFLA_MTU, 1500);
	netlink_put_text(&request, IFLA_IFNAME, "eth0");
	whole = request.header.nlmsg_len;
	EXPECT(netlink_attributes(&request.header, sizeof(header), table, IFLA_LINKINFO + 1));
	EXPECT(netlink_u32(table[IFLA_MTU], &mtu) && mtu == 1500);
	EXPECT(netlink_text(table[IFLA_IFNAME], name, sizeof(name)) && !strcmp(name, "eth0"));
	EXPECT(!netlink_text(table[IFLA_IFNAME], name, 4));
	EXPECT(!netlink_u32(table[IFLA_IFNAME], &mtu));
	EXPECT(table[IFLA_ADDRESS] == NULL && !netlink_u32(table[IFLA_ADDRESS], &mtu));
	for (uint32_t cut = NLMSG_HDRLEN; cut < whole; cut++) {
		bool boundary = cut == NLMSG_HDRLEN + sizeof(header) ||
				cut == NLMSG_HDRLEN + sizeof(header) + 8;
		uint8_t *copy = malloc(cut);

		memcpy(copy, request.bytes, cut);
		((struct nlmsghdr *)copy)->nlmsg_len = cut;
		EXPECT(netlink_attributes((struct nlmsghdr *)copy, sizeof(header), table,
					  IFLA_LINKINFO + 1) == boundary);
		free(copy);
	}
}

int main(void)
{
	static const struct test tests[] = {
		{ "link is renamed and configured in one message",
		  link_is_renamed_and_configured_in_one_message },
		{ "kernel's refusal comes back as errno and reason",
		  kernel_refusal_comes_back_as_errno_and_reason },
		{ "addresses are added and listed", addresses_are_added_and_listed },
		{ "routes are added and listed", routes_are_added_and_listed },
		{ "onlink route reaches a gateway outside the subnet",
		  onlink_route_reaches_a_gateway_outside_the_subnet },
		{ "routes that no net_route holds are left out",
		  routes_that_no_net_route_holds_are_left_out },
		{ "permanent neighbours are added and listed",
		  permanent_neighbours_are_added_and_listed },
		{ "link moves to another netns", link_moves_to_another_netns },
		{ "awaited link is found when it comes", awaited_link_is_found_when_it_comes },
		{ "silent link takes no address when it comes up",
		  silent_link_takes_no_address_when_it_comes_up },
		{ "awaiting a link ends at its timeout", awaiting_a_link_ends_at_its_timeout },
		{ "request that does not fit is refused unsent",
		  request_that_does_not_fit_is_refused_unsent },
		{ "attributes cut anywhere are refused or whole",
		  attributes_cut_anywhere_are_refused_or_whole },
	};

	return test_run_all("netlink_test", tests, sizeof(tests) / sizeof(tests[0]));
}
