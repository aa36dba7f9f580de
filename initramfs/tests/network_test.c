/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "test.h"

/* A veth pair stands for the vif: its one end waits for the agent, the other stays down or up. */
#define LINK_ADD                                                                                   \
	"ip link add t0 address 02:42:ac:11:00:02 type veth peer name t1; ip link set t1 up"

/* Two whose names are to be exchanged. */
#define LINKS_ADD                                                                                  \
	"ip link add eth0 address 02:42:ac:11:00:02 type veth peer name t0;"                       \
	"ip link add eth1 address 02:42:ac:11:00:03 type veth peer name t1"

static uint8_t mac[6] = { 0x02, 0x42, 0xac, 0x11, 0x00, 0x02 };

static struct guest guest;
static struct fields fields;

static void put_address(const void *ip, size_t length, uint32_t prefix)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_ADDRESS);

	field_put(&fields.writer, FIELD_IP, ip, length);
	field_put_u32(&fields.writer, FIELD_PREFIX, prefix);
	if (length == 4)
		field_put(&fields.writer, FIELD_BROADCAST, "\xac\x11\xff\xff", 4);
	field_group_end(&fields.writer, mark);
}

/* A LINK with one address, 10.0.NET.HOST. */
static void put_small_link(const char *name, uint8_t net, uint8_t host)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_LINK), address;

	field_put_text(&fields.writer, FIELD_NAME, name);
	field_put(&fields.writer, FIELD_MAC, mac, sizeof(mac));
	address = field_group_begin(&fields.writer, FIELD_ADDRESS);
	field_put(&fields.writer, FIELD_IP, (uint8_t[]){ 10, 0, net, host }, 4);
	field_put_u32(&fields.writer, FIELD_PREFIX, 24);
	field_group_end(&fields.writer, address);
	field_put_u32(&fields.writer, FIELD_NUMBER, net);
	field_group_end(&fields.writer, mark);
}

static void put_setting(const char *name, const char *value)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_NETWORK_SYSCTL);

	field_put_text(&fields.writer, FIELD_NAME, name);
	field_put_text(&fields.writer, FIELD_VALUE, value);
	field_group_end(&fields.writer, mark);
}

static void put_link(const char *name)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_LINK);

	field_put_text(&fields.writer, FIELD_NAME, name);
	field_put(&fields.writer, FIELD_MAC, mac, sizeof(mac));
	field_put_u32(&fields.writer, FIELD_MTU, 1400);
	put_address("\xac\x11\x00\x02", 4, 16);
	put_address("\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02", 16, 64);
	field_group_end(&fields.writer, mark);
}

static void put_route(const void *ip, uint32_t prefix, const void *gateway, size_t length)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_ROUTE);

	field_put(&fields.writer, FIELD_IP, ip, length);
	field_put_u32(&fields.writer, FIELD_PREFIX, prefix);
	if (gateway)
		field_put(&fields.writer, FIELD_GATEWAY, gateway, length);
	field_put_text(&fields.writer, FIELD_NAME, "eth0");
	field_group_end(&fields.writer, mark);
}

static void put_neighbour(void)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_NEIGHBOUR);

	field_put(&fields.writer, FIELD_IP, "\xac\x11\x00\x09", 4);
	field_put(&fields.writer, FIELD_MAC, "\x02\x00\x00\x00\x00\x09", 6);
	field_put_text(&fields.writer, FIELD_NAME, "eth0");
	field_group_end(&fields.writer, mark);
}

static void expect_configured(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_link("eth0");
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	put_route("\x00\x00\x00\x00", 0, "\xac\x11\x00\x01", 4);
	put_neighbour();
	const struct seen_reply *reply = guest_call(&guest, FRAME_PREPARE, &fields);
	EXPECT(reply->status == 0);
	if (reply->status)
		fprintf(stderr, "PREPARE: %u: %s\n", reply->status, reply->text);
	guest_run(&guest, 1,
		  "cat /sys/class/net/eth0/mtu /sys/class/net/eth0/address;"
		  "ip -4 addr show eth0 | grep inet | tr -s ' ';"
		  "ip -6 addr show eth0 | grep fd00 | tr -s ' ';"
		  "ip route; ip neigh show 172.17.0.9; ping -c1 -w1 127.0.0.1 | grep -c 64");
	EXPECT(guest_wait(&guest, 1) == 0);
	const char *output = guest_output(&guest, 1, 0);
	EXPECT(strncmp(output, "1400\n02:42:ac:11:00:02\n", 23) == 0);
	EXPECT(strstr(output, "inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0\n"));
	EXPECT(strstr(output, "inet6 fd00::2/64 scope global"));
	EXPECT(strstr(output, "default via 172.17.0.1 dev eth0"));
	EXPECT(strstr(output, "10.9.0.0/16 dev eth0"));
	EXPECT(strstr(output, "172.17.0.9 dev eth0 lladdr 02:00:00:00:00:09"));
	if (test_failures)
		fputs(output, stderr);
	guest_stop(&guest);
}

static void test_link_is_there(void)
{
	guest_network = LINK_ADD;
	expect_configured();
}

static void test_link_comes_later(void)
{
	guest_network = "(sleep 1; " LINK_ADD ") &";
	expect_configured();
}

static void test_link_never_comes(void)
{
	uint32_t request;

	guest_network = NULL;
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_link("eth0");
	request = guest_request(&guest, FRAME_PREPARE, &fields);
	guest_pump_for(&guest, 1000);
	EXPECT(guest_answers(&guest));
	EXPECT(!guest.replies[request].there);
	EXPECT(guest_reply(&guest, request)->status == ETIMEDOUT);
	EXPECT(strncmp(guest.replies[request].text, "link eth0: not there", 20) == 0);
	guest_stop(&guest);
}

static void test_bad_route(void)
{
	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_link("eth0");
	put_route("\x00\x00\x00\x00", 0, "\x01\x02\x03\x04", 4);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == ENETUNREACH);
	guest_stop(&guest);
}

static void test_names_are_exchanged(void)
{
	guest_network = LINKS_ADD;
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_link("eth1");
	mac[5] = 3;
	put_link("eth0");
	mac[5] = 2;
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	guest_run(&guest, 1, "cat /sys/class/net/eth1/address /sys/class/net/eth0/address");
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "02:42:ac:11:00:02\n02:42:ac:11:00:03\n") == 0);
	guest_stop(&guest);
}

static void test_two_with_one_mac(void)
{
	const struct seen_reply *reply;

	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_link("eth0");
	put_link("eth1");
	reply = guest_call(&guest, FRAME_PREPARE, &fields);
	EXPECT(reply->status == EEXIST);
	EXPECT(strcmp(reply->text, "link eth1: another one has its MAC") == 0);
	guest_stop(&guest);
}

/* An exec in a created container has brought PREPARE before Docker has made the network. */
static void test_network_after_prepare(void)
{
	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	fields_begin(&fields);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == ESRCH);
	guest_prepare(&guest);
	guest_run(&guest, 2, "grep eth0 /proc/net/dev");
	EXPECT(guest_wait(&guest, 2) == 1);
	for (int time = 0; time < 2; time++) { /* what is there stays */
		fields_begin(&fields);
		put_link("eth0");
		put_route("\x00\x00\x00\x00", 0, "\xac\x11\x00\x01", 4);
		put_neighbour();
		EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	}
	guest_run(&guest, 1, "ip -4 addr show eth0; ip route; ip neigh show 172.17.0.9");
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strstr(guest_output(&guest, 1, 0), "inet 172.17.0.2/16"));
	EXPECT(strstr(guest_output(&guest, 1, 0), "default via 172.17.0.1 dev eth0"));
	EXPECT(strstr(guest_output(&guest, 1, 0), "lladdr 02:00:00:00:00:09"));
	guest_stop(&guest);
}

static void test_network_that_cannot_be(void)
{
	const struct seen_reply *reply;

	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	fields_begin(&fields);
	put_route("\x00\x00\x00\x00", 0, "\xac\x11\x00\x01", 4);
	reply = guest_call(&guest, FRAME_NETWORK, &fields);
	EXPECT(reply->status == ENODEV);
	EXPECT(strcmp(reply->text, "link eth0: no such device") == 0);
	EXPECT(guest_answers(&guest));
	guest_stop(&guest);
}

/* What a shell in the container prints is this. */
static void expect_prints(const char *script, const char *expected)
{
	static uint32_t process = 2; /* another one each time */

	process++;
	guest_run(&guest, process, script);
	EXPECT(guest_wait(&guest, process) == 0);
	EXPECT(strcmp(guest_output(&guest, process, 0), expected) == 0);
	if (strcmp(guest_output(&guest, process, 0), expected))
		fprintf(stderr, "%s: %s", script, guest_output(&guest, process, 0));
}

#define ADDRESSES "ip -4 -o addr show eth0 | awk '{ print $4 }'"
#define ROUTES "ip -4 route | awk '{ print $1, $2, $3 }'"
#define NEIGHBOURS "ip neigh | awk '/PERMANENT/ { print $1 }'"

static void test_what_is_not_brought_again_goes(void)
{
	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_link("eth0");
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	put_route("\x00\x00\x00\x00", 0, "\xac\x11\x00\x01", 4);
	put_neighbour();
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	expect_prints(ADDRESSES ";" ROUTES ";" NEIGHBOURS,
		      "172.17.0.2/16\ndefault via 172.17.0.1\n10.9.0.0/16 dev eth0\n"
		      "172.17.0.0/16 dev eth0\n172.17.0.9\n");
	fields_begin(&fields);
	put_link("eth0");
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ADDRESSES ";" ROUTES ";" NEIGHBOURS,
		      "172.17.0.2/16\n10.9.0.0/16 dev eth0\n172.17.0.0/16 dev eth0\n");
	fields_begin(&fields);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ADDRESSES ";" ROUTES, "172.17.0.2/16\n172.17.0.0/16 dev eth0\n");
	guest_stop(&guest);
}

static void test_what_the_container_added_stays(void)
{
	guest_network =
	    LINK_ADD ";"
		     "(until ip -4 addr show eth0 2>&1 | grep -q 10.0.1.2; do sleep 0.1; done;"
		     " ip addr add 192.168.9.9/24 dev eth0; ip route add 10.77.0.0/16 dev eth0;"
		     " ip neigh add 192.168.9.1 lladdr 02:00:00:00:00:01 dev eth0) &";
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_small_link("eth0", 1, 2);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	expect_prints("until ip neigh | grep -q 192.168.9.1; do sleep 0.1; done", "");
	fields_begin(&fields);
	put_small_link("eth0", 1, 3);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ADDRESSES ";" ROUTES ";" NEIGHBOURS,
		      "192.168.9.9/24\n10.0.1.3/24\n10.0.1.0/24 dev eth0\n"
		      "10.77.0.0/16 dev eth0\n192.168.9.0/24 dev eth0\n192.168.9.1\n");
	guest_stop(&guest);
}

static void test_link_is_renamed_while_up(void)
{
	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_small_link("eth0", 1, 2);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	fields_begin(&fields);
	put_small_link("front", 1, 2);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ROUTES, "10.0.1.0/24 dev front\n");
	guest_stop(&guest);
}

/* Its vif is unplugged at about the time when the guest is told, and another plugged in. */
static void test_link_that_went_and_another_that_came(void)
{
	guest_network = LINK_ADD "; (until ip link del eth0 2>&1; do sleep 1; done >/dev/null;"
				 " sleep 2; " LINK_ADD ") &";
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_small_link("eth0", 1, 2);
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	expect_prints("while grep -q eth0 /proc/net/dev; do sleep 0.1; done", "");
	fields_begin(&fields);
	put_small_link("eth0", 2, 2);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ADDRESSES ";" ROUTES, "10.0.2.2/24\n10.0.2.0/24 dev eth0\n");
	guest_stop(&guest);
}

/* A LINK without addresses, with a setting of its own and one that no kernel has. */
static void put_link_with_setting(const char *setting, const char *value)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_LINK);

	field_put_text(&fields.writer, FIELD_NAME, "eth0");
	field_put(&fields.writer, FIELD_MAC, mac, sizeof(mac));
	put_setting("net/ipv4/conf/eth0/no_such", "1");
	put_setting(setting, value);
	field_group_end(&fields.writer, mark);
}

/* Hears every address that comes, also those that go again. */
#define ADDRESSES_HEAR "timeout 5 ip -6 monitor address >/tmp/addresses 2>&1 3>&- & sleep 0.3"

static void test_settings_are_there_before_the_link_is_up(void)
{
	guest_network = LINK_ADD ";" ADDRESSES_HEAR;
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_link_with_setting("net/ipv6/conf/eth0/disable_ipv6", "1");
	put_setting("net/ipv4/ip_default_ttl", "33");
	put_setting("net/ipv4/tcp_rmem", "4096\t65536\t1000000");
	put_setting("net/ipv4/no_such", "1");
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	guest_run(&guest, 1,
		  "cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/net/ipv4/tcp_rmem"
		  " /proc/sys/net/ipv6/conf/eth0/disable_ipv6; ip -6 addr show eth0");
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "33\n4096\t65536\t1000000\n1\n") == 0);
	guest_stop(&guest);
	EXPECT(system("! grep fe80::42:acff:fe11:2 /tmp/addresses >&2") == 0);
}

/* What the container's processes have set on a link stays. */
static void test_link_that_is_up_keeps_its_settings(void)
{
	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	for (int time = 0; time < 2; time++) {
		fields_begin(&fields);
		put_link_with_setting("net/ipv4/conf/eth0/arp_ignore", time ? "2" : "1");
		EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	}
	guest_run(&guest, 1, "cat /proc/sys/net/ipv4/conf/eth0/arp_ignore");
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "1\n") == 0);
	guest_stop(&guest);
}

/* What a process of the container's has made of the routes, at once after PREPARE. */
#define ROUTES_CHANGE(commands)                                                                    \
	"(until ip -4 route 2>&1 | grep -q 'default via 172.17.0.1'; do sleep 0.1; done;"          \
	" ip link add tun0 type veth peer name tun1; ip link set tun0 up;" commands                \
	"; ip link set tun1 name done) &"
#define ROUTES_CHANGED "until grep -q done /proc/net/dev; do sleep 0.1; done"

static void put_network(void)
{
	put_link("eth0");
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	put_route("\x00\x00\x00\x00", 0, "\xac\x11\x00\x01", 4);
}

static void prepare_with_network(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_network();
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
}

static void test_replaced_route_stays(void)
{
	guest_network = LINK_ADD ";" ROUTES_CHANGE("ip route replace default dev tun0;"
						   "ip route del 10.9.0.0/16");
	prepare_with_network();
	expect_prints(ROUTES_CHANGED, "");
	fields_begin(&fields);
	put_network();
	put_route("\x0a\x08\x00\x00", 16, NULL, 4);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ROUTES, "default dev tun0\n10.8.0.0/16 dev eth0\n172.17.0.0/16 dev eth0\n");
	guest_stop(&guest);
}

/* The host's new way to where the container has its own. */
static void test_route_that_the_host_changes(void)
{
	guest_network = LINK_ADD ";" ROUTES_CHANGE("ip route replace 10.9.0.0/16 dev tun0");
	prepare_with_network();
	expect_prints(ROUTES_CHANGED, "");
	fields_begin(&fields);
	put_link("eth0");
	put_route("\x0a\x09\x00\x00", 16, "\xac\x11\x00\x05", 4);
	put_route("\x00\x00\x00\x00", 0, "\xac\x11\x00\x04", 4);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ROUTES, "default via 172.17.0.4\n10.9.0.0/16 dev tun0\n"
			      "172.17.0.0/16 dev eth0\n");
	guest_stop(&guest);
}

/* Nothing in the message tells that the vif is another one. */
static void test_link_that_was_plugged_anew(void)
{
	guest_network = LINK_ADD ";" ROUTES_CHANGE("ip link del eth0;" LINK_ADD);
	prepare_with_network();
	expect_prints(ROUTES_CHANGED, "");
	fields_begin(&fields);
	put_network();
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ROUTES, "default via 172.17.0.1\n10.9.0.0/16 dev eth0\n"
			      "172.17.0.0/16 dev eth0\n");
	guest_stop(&guest);
}

/* The routes go with the last address. */
static void test_address_that_changes(void)
{
	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_small_link("eth0", 1, 2);
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	fields_begin(&fields);
	put_small_link("eth0", 1, 3);
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ROUTES, "10.0.1.0/24 dev eth0\n10.9.0.0/16 dev eth0\n");
	guest_stop(&guest);
}

/* A name that comes to mean another link takes the route there. */
static void test_route_whose_link_changes(void)
{
	guest_network = LINKS_ADD "; ip link set t0 up; ip link set t1 up";
	guest_start(&guest, NULL);
	for (int time = 0; time < 2; time++) {
		if (time == 0)
			prepare_begin(&fields, &guest);
		else
			fields_begin(&fields);
		put_small_link(time ? "eth1" : "eth0", 1, 2);
		mac[5] = 3;
		put_small_link(time ? "eth0" : "eth1", 2, 2);
		mac[5] = 2;
		put_route("\x0a\x09\x00\x00", 16, NULL, 4);
		EXPECT(guest_call(&guest, time ? FRAME_NETWORK : FRAME_PREPARE, &fields)->status ==
		       0);
	}
	expect_prints(ROUTES, "10.0.1.0/24 dev eth1\n10.0.2.0/24 dev eth0\n10.9.0.0/16 dev eth0\n");
	guest_stop(&guest);
}

/* A router's advertisement has brought a route with our own's metric. */
static void test_advertised_route(void)
{
	static const char gateway[] = "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1";
	static const char any[16];

	guest_network =
	    LINK_ADD ";" ROUTES_CHANGE("ip -6 route add default via fd00::9 dev eth0 proto ra"
				       " metric 1024");
	prepare_with_network();
	expect_prints(ROUTES_CHANGED, "");
	fields_begin(&fields);
	put_network();
	put_route(any, 0, gateway, 16);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints("ip -6 route show default | awk '{ print $1, $2, $3 }'",
		      "default via fd00::1\n");
	guest_stop(&guest);
}

static void test_network_after_one_that_failed(void)
{
	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	fields_begin(&fields);
	put_link("eth0");
	put_route("\x0a\x0b\x00\x00", 16, "\x01\x02\x03\x04", 4);
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == ENETUNREACH);
	fields_begin(&fields);
	put_link("eth0");
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ROUTES, "10.9.0.0/16 dev eth0\n172.17.0.0/16 dev eth0\n");
	guest_stop(&guest);
}

/* The kernel takes 10.9.1.1/16 neither as a route nor as one to remove. */
static void test_what_cannot_be_removed_keeps_nothing(void)
{
	guest_network = LINK_ADD;
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_network();
	put_neighbour();
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	fields_begin(&fields);
	put_link("eth0");
	put_route("\x0a\x09\x01\x01", 16, NULL, 4);
	put_route("\x0a\x09\x00\x00", 16, NULL, 4);
	put_neighbour();
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == EINVAL);
	fields_begin(&fields);
	put_link("eth0");
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
	expect_prints(ROUTES ";" NEIGHBOURS, "172.17.0.0/16 dev eth0\n");
	guest_stop(&guest);
}

static const struct test tests[] = {
	{ "settings are there before the link is up",
	  test_settings_are_there_before_the_link_is_up },
	{ "a link that is up keeps its settings", test_link_that_is_up_keeps_its_settings },
	{ "links exchange their names", test_names_are_exchanged },
	{ "two links with one MAC", test_two_with_one_mac },
	{ "a link is found by its MAC and configured", test_link_is_there },
	{ "a link that comes later", test_link_comes_later },
	{ "a link that never comes", test_link_never_comes },
	{ "a route that cannot be", test_bad_route },
	{ "a network that comes after PREPARE", test_network_after_prepare },
	{ "a network after PREPARE that cannot be", test_network_that_cannot_be },
	{ "what NETWORK does not bring again goes", test_what_is_not_brought_again_goes },
	{ "what the container has added stays", test_what_the_container_added_stays },
	{ "a link is renamed while it is up", test_link_is_renamed_while_up },
	{ "a link that went, and another that came", test_link_that_went_and_another_that_came },
	{ "a route that the container has replaced stays so", test_replaced_route_stays },
	{ "a route that the host changes", test_route_that_the_host_changes },
	{ "a link that was plugged anew gets its routes", test_link_that_was_plugged_anew },
	{ "an address that changes", test_address_that_changes },
	{ "a route whose link changes", test_route_whose_link_changes },
	{ "a route that a router has advertised", test_advertised_route },
	{ "a network after one that failed", test_network_after_one_that_failed },
	{ "what cannot be removed keeps nothing else", test_what_cannot_be_removed_keeps_nothing },
};

int main(void)
{
	return test_run_all("network", tests, sizeof(tests) / sizeof(tests[0]));
}
