/* SPDX-License-Identifier: Apache-2.0 */
/* The hotplug program's parts, with a veth in the place of a vif. Run as root. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "carrier.h"
#include "process.h"
#include "rtnetlink.h"
#include "test.h"
#include "wall_build.h"
#include "wiring.h"

static void carrier_is_three_words_or_four(void)
{
	static const char *const refused[] = {
		"",
		":",
		"::",
		"1:2",
		"1:2:",
		":2:eth0",
		"1::eth0",
		"0:2:eth0",
		"-1:2:eth0",
		"+1:2:eth0",
		" 1:2:eth0",
		"1: 2:eth0",
		"0x1:2:eth0",
		"2147483648:2:eth0",
		"1:18446744073709551616:eth0",
		"1:2:sixteen-letters-",
		"1:2:sixteen-letters-:open",
		"1:2::open",
		"1:2:eth0:",
		"1:2:eth0:opens",
		"1:2:eth0:open:open",
		"1;2;eth0",
		"a:b:c",
	};
	struct carrier carrier;
	struct failure failure;

	EXPECT(carrier_parse("4711:18446744073709551615:fifteen-letters", &carrier, &failure) == 0);
	EXPECT(carrier.monitor == 4711 && carrier.start_time == UINT64_MAX);
	EXPECT(strcmp(carrier.interface, "fifteen-letters") == 0 && !carrier.open);
	EXPECT(carrier_parse("1:2:open", &carrier, &failure) == 0);
	EXPECT(strcmp(carrier.interface, "open") == 0 && !carrier.open);
	EXPECT(carrier_parse("1:2:eth0:open", &carrier, &failure) == 0);
	EXPECT(strcmp(carrier.interface, "eth0") == 0 && carrier.open);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		EXPECT(carrier_parse(refused[i], &carrier, &failure) == -1 &&
		       failure.status == EINVAL);
}

/* A process that does nothing, in a netns of its own if `fresh`; ready when this returns. */
static pid_t child_spawn(bool fresh)
{
	int ready[2];
	char byte;
	pid_t child;

	EXPECT(pipe2(ready, O_CLOEXEC) == 0);
	child = fork();
	if (child == 0) {
		if (fresh && unshare(CLONE_NEWNET) < 0)
			_exit(1);
		close(ready[1]);
		pause();
		_exit(0);
	}
	/* The child has unshared when it closes its end. */
	close(ready[1]);
	EXPECT(read(ready[0], &byte, 1) == 0);
	close(ready[0]);
	return child;
}

static void child_end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static int netns_of(pid_t pid, uint64_t later, struct failure *failure)
{
	struct carrier carrier = { .monitor = pid };
	int netns_fd, result;

	EXPECT(process_start_time(pid, &carrier.start_time) == 0);
	carrier.start_time += later;
	result = carrier_netns(&carrier, &netns_fd, failure);
	EXPECT((result == 0) == (netns_fd >= 0));
	if (netns_fd >= 0)
		close(netns_fd);
	return result;
}

static void netns_of_a_living_monitor_is_opened(void)
{
	struct failure failure;
	pid_t child = child_spawn(true);

	EXPECT(netns_of(child, 0, &failure) == 0);
	child_end(child);
}

static void another_process_with_the_pid_is_refused(void)
{
	struct failure failure;
	pid_t child = child_spawn(true);

	EXPECT(netns_of(child, 1, &failure) == -1 && failure.status == ESRCH);
	child_end(child);
}

static void ended_monitor_is_refused(void)
{
	struct carrier carrier = { .start_time = 1 };
	struct failure failure;
	int netns_fd;

	carrier.monitor = child_spawn(true);
	child_end(carrier.monitor);
	EXPECT(carrier_netns(&carrier, &netns_fd, &failure) == -1 && netns_fd == -1);
}

static void netns_of_this_process_is_refused(void)
{
	struct failure failure;
	pid_t child = child_spawn(false);

	EXPECT(netns_of(child, 0, &failure) == -1 && strstr(failure.text, "the host's"));
	child_end(child);
}

static int veth_add(const char *name)
{
	const struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	struct netlink_request request;
	struct netlink netlink;
	size_t info;
	int result;

	EXPECT(netlink_open(&netlink, 0) == 0);
	netlink_begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	netlink_put_text(&request, IFLA_IFNAME, name);
	info = netlink_nest_begin(&request, IFLA_LINKINFO);
	netlink_put_text(&request, IFLA_INFO_KIND, "veth");
	netlink_nest_end(&request, info);
	result = netlink_do(&netlink, &request);
	netlink_close(&netlink);
	return result;
}

/* A container's netns with "eth0" of MTU 1400, and this process in another that has "vif1.0". */
static int with_container(void)
{
	struct link_change change = LINK_UNCHANGED;
	struct netlink netlink;
	struct net_link link;
	int container;

	EXPECT(unshare(CLONE_NEWNET) == 0);
	EXPECT(veth_add("eth0") == 0);
	EXPECT(netlink_open(&netlink, 0) == 0);
	EXPECT(link_find(&netlink, "eth0", &link) == 0);
	change.mtu = 1400;
	EXPECT(link_change(&netlink, link.index, &change) == 0);
	netlink_close(&netlink);
	container = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	EXPECT(unshare(CLONE_NEWNET) == 0);
	EXPECT(veth_add("vif1.0") == 0);
	return container;
}

/* As udev does of every vif: all have one MAC. */
static void alternative_give(const char *link_name, const char *alternative)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	struct netlink_request request;
	struct netlink netlink;
	struct net_link link;
	size_t names;

	EXPECT(netlink_open(&netlink, 0) == 0);
	EXPECT(link_find(&netlink, link_name, &link) == 0);
	header.ifi_index = link.index;
	netlink_begin(&request, RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL, &header,
		      sizeof(header));
	names = netlink_nest_begin(&request, IFLA_PROP_LIST);
	netlink_put_text(&request, IFLA_ALT_IFNAME, alternative);
	netlink_nest_end(&request, names);
	EXPECT(netlink_do(&netlink, &request) == 0);
	netlink_close(&netlink);
}

static void ports_expect(void)
{
	char range[32] = "";
	int fd = open("/proc/sys/net/ipv4/ip_local_port_range", O_RDONLY | O_CLOEXEC);

	EXPECT(read(fd, range, sizeof(range) - 1) > 0);
	EXPECT(strcmp(range, "61440\t65535\n") == 0);
	close(fd);
}

/* Of wiring_make only tc may fail: not every kernel that tests run on has its modules. Whether it
 * did not. */
static bool wired(const char *vif, int container, const struct carrier *carrier)
{
	struct failure failure;

	if (wiring_make(vif, container, carrier, &failure) == 0)
		return true;
	EXPECT(failure.status == ENOENT && strstr(failure.text, vif));
	printf("hotplug_test: not tested, this kernel lacks it: %s\n", failure.text);
	return false;
}

static void vif_gets_the_interfaces_mtu_and_comes_up_behind_its_rules(void)
{
	static const struct carrier modes[] = {
		{ .interface = "eth0" },
		{ .interface = "eth0", .open = true },
	};
	struct netlink netlink;
	struct net_link vif;

	for (size_t i = 0; i < 2; i++) {
		int container = with_container();
		bool ruled = wired("vif1.0", container, &modes[i]);

		EXPECT(netlink_open(&netlink, 0) == 0);
		EXPECT(link_find(&netlink, "vif1.0", &vif) == 0);
		EXPECT(vif.mtu == 1400 && !!(vif.flags & IFF_UP) == ruled);
		ports_expect();
		netlink_close(&netlink);
		close(container);
	}
}

static void vifs_with_one_alternative_name_move_into_one_netns(void)
{
	static const char *const names[] = { "vif1.0", "vif1.1" };
	int container = with_container();
	int host = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	const struct carrier carrier = { .interface = "eth0" };
	struct netlink netlink;
	struct net_link vif;

	EXPECT(veth_add(names[1]) == 0);
	for (size_t i = 0; i < 2; i++) {
		EXPECT(setns(host, CLONE_NEWNET) == 0);
		alternative_give(names[i], "enxfeffffffffff");
		alternative_give(names[i], i == 0 ? "first" : "second");
		wired(names[i], container, &carrier);
		EXPECT(netlink_open(&netlink, 0) == 0);
		EXPECT(link_find(&netlink, names[i], &vif) == 0 && !vif.alternative[0]);
		netlink_close(&netlink);
	}
	close(host);
	close(container);
}

static void setting_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	EXPECT(write(fd, value, strlen(value)) == (ssize_t)strlen(value));
	close(fd);
}

static void address_give(struct netlink *netlink, const struct net_link *link, const char *text)
{
	struct net_address address = { .index = link->index, .prefix = 24 };

	address.family = strchr(text, ':') ? AF_INET6 : AF_INET;
	EXPECT(inet_pton(address.family, text, address.ip) == 1);
	EXPECT(address_add(netlink, &address) == 0);
}

static bool wall_has(const struct wall *wall, const char *text)
{
	uint8_t family = strchr(text, ':') ? AF_INET6 : AF_INET, ip[16];

	EXPECT(inet_pton(family, text, ip) == 1);
	for (size_t i = 0; i < wall->count; i++)
		if (wall->addresses[i].family == family &&
		    memcmp(wall->addresses[i].ip, ip, net_ip_size(family)) == 0)
			return true;
	return false;
}

/* The container's netns, in which "eth0" has addresses and "other" has some, too. */
static void with_addresses(struct netlink *netlink, struct net_link *interface)
{
	static const uint8_t mac[MAC_SIZE] = { 0x02, 0x42, 0xac, 0x11, 0x00, 0x02 };
	struct link_change change = LINK_UNCHANGED;
	int container = with_container();
	struct net_link other;

	EXPECT(setns(container, CLONE_NEWNET) == 0);
	close(container);
	EXPECT(veth_add("other") == 0);
	EXPECT(netlink_open(netlink, 0) == 0);
	EXPECT(link_find(netlink, "other", &other) == 0);
	EXPECT(link_find(netlink, "eth0", interface) == 0);
	change.mac = mac;
	EXPECT(link_change(netlink, interface->index, &change) == 0);
	EXPECT(link_find(netlink, "eth0", interface) == 0);
	address_give(netlink, interface, "172.17.0.2");
	address_give(netlink, interface, "172.17.0.3");
	address_give(netlink, interface, "2001:db8::2");
	/* As a router's advertisement gives it. */
	EXPECT(
	    system(
		"ip address add 2001:db8::9/64 dev eth0 nodad valid_lft 900 preferred_lft 900") ==
	    0);
	EXPECT(system("ip address add 172.17.0.9/24 dev eth0 valid_lft 900 preferred_lft 900") ==
	       0);
	address_give(netlink, &other, "10.0.0.2");
	address_give(netlink, &other, "2001:db8:1::2");
}

static void wall_is_for_the_addresses_of_its_interface(void)
{
	static struct wall wall;
	struct net_link interface;
	struct netlink netlink;

	with_addresses(&netlink, &interface);
	EXPECT(wall_plan(&wall, &netlink, &interface) == 0);
	EXPECT(wall.interface == (uint32_t)interface.index && wall.ipv6);
	EXPECT(memcmp(wall.mac, interface.mac, sizeof(wall.mac)) == 0);
	EXPECT(wall_has(&wall, "172.17.0.2") && wall_has(&wall, "172.17.0.3") &&
	       wall_has(&wall, "2001:db8::2") && wall_has(&wall, "fe80::42:acff:fe11:2"));
	EXPECT(wall_has(&wall, "172.17.0.9"));
	EXPECT(wall.count == 5);
	netlink_close(&netlink);
}

/* As on Docker's networks that have IPv4 only. */
static void wall_of_an_interface_without_ipv6_has_no_address_of_it(void)
{
	static struct wall wall;
	struct net_link interface;
	struct netlink netlink;

	with_addresses(&netlink, &interface);
	setting_write("/proc/sys/net/ipv6/conf/eth0/disable_ipv6", "1");
	EXPECT(wall_plan(&wall, &netlink, &interface) == 0);
	EXPECT(!wall.ipv6 && wall.count == 3);
	EXPECT(wall_has(&wall, "172.17.0.2") && wall_has(&wall, "172.17.0.3"));
	netlink_close(&netlink);
}

static void interface_that_is_not_there_is_named(void)
{
	int container = with_container();
	const struct carrier carrier = { .interface = "eth9" };
	struct failure failure;

	EXPECT(wiring_make("vif1.0", container, &carrier, &failure) == -1);
	EXPECT(failure.status == ENODEV && strstr(failure.text, "eth9"));
	close(container);
}

static void loopback_is_refused(void)
{
	int container = with_container();
	const struct carrier carrier = { .interface = "lo" };
	struct failure failure;

	EXPECT(wiring_make("vif1.0", container, &carrier, &failure) == -1);
	EXPECT(failure.status == EINVAL && strstr(failure.text, "loopback"));
	close(container);
}

int main(void)
{
	static const struct test tests[] = {
		{ "carrier is three words or four", carrier_is_three_words_or_four },
		{ "netns of a living monitor is opened", netns_of_a_living_monitor_is_opened },
		{ "another process with the pid is refused",
		  another_process_with_the_pid_is_refused },
		{ "ended monitor is refused", ended_monitor_is_refused },
		{ "netns of this process is refused", netns_of_this_process_is_refused },
		{ "vif gets the interface's MTU and comes up behind its rules",
		  vif_gets_the_interfaces_mtu_and_comes_up_behind_its_rules },
		{ "vifs with one alternative name move into one netns",
		  vifs_with_one_alternative_name_move_into_one_netns },
		{ "wall is for the addresses of its interface",
		  wall_is_for_the_addresses_of_its_interface },
		{ "wall of an interface without IPv6 has no address of it",
		  wall_of_an_interface_without_ipv6_has_no_address_of_it },
		{ "interface that is not there is named", interface_that_is_not_there_is_named },
		{ "loopback is refused", loopback_is_refused },
	};

	return test_run_all("hotplug_test", tests, sizeof(tests) / sizeof(tests[0]));
}
