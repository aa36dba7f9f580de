/* SPDX-License-Identifier: Apache-2.0 */
/* SCAN_NET: what the engine hears of the container's network namespace. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "rig.h"
#include "room.h"

#define VETH "ip link add eth0 type veth peer name other; ip link set eth0 up;"
#define SET(name, value) "echo " value " >/proc/sys/net/" name ";"

/* Runs the words in the process's network namespace. */
static void in_netns_of(pid_t pid, const char *words)
{
	char path[64];
	int status = -1, netns;
	pid_t child = fork();

	if (child == 0) {
		snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
		netns = open(path, O_RDONLY | O_CLOEXEC);
		if (netns < 0 || setns(netns, CLONE_NEWNET))
			_exit(126);
		execl("/bin/sh", "sh", "-ec", words, NULL);
		_exit(127);
	}
	waitpid(child, &status, 0);
	EXPECT(status == 0);
}

/* What the test has changed in the namespace is told before the answer, or after it. */
static bool scan(struct rig *rig)
{
	struct talk *engine = &rig->engine;

	if (!talk_say(engine, FRAME_SCAN_NET, 7, NULL, 0))
		return false;
	do {
		if (message_receive(engine->fd, &engine->inbox, clock_ms() + SOON_MS,
				    &engine->message))
			return false;
	} while (engine->message.type == FRAME_NETWORK_CHANGED);
	return engine->message.type == FRAME_REPLY && engine->message.stream == 7 &&
	       heard_u32(engine, FIELD_STATUS) == 0;
}

/* Counts NETWORK_SYSCTLs among the fields; in `value` that with the name, if it is there. */
static int settings_count(struct field_reader fields, const char *name, char value[256])
{
	struct field field;
	int count = 0;

	while (field_next(&fields, &field)) {
		struct field_reader group = field_group(&field);
		char its_name[256] = "", its_value[256] = "";
		struct field part;

		if (field.tag != FIELD_NETWORK_SYSCTL)
			continue;
		count++;
		while (field_next(&group, &part))
			EXPECT(field_text(&part, part.tag == FIELD_NAME ? its_name : its_value,
					  sizeof(its_name)));
		if (strcmp(its_name, name) == 0)
			strcpy(value, its_value);
	}
	return count;
}

/* The value that the namespace's settings give, or with `link` those of the only link; "" for
 * none. */
static const char *setting(struct rig *rig, bool link, const char *name)
{
	const struct message *heard = &rig->engine.message;
	static char value[256];
	struct field field;

	value[0] = '\0';
	if (!link)
		settings_count(field_reader(heard->bytes, heard->length), name, value);
	else if (heard_field(&rig->engine, FIELD_LINK, &field))
		settings_count(field_group(&field), name, value);
	return value;
}

static int settings_of_all(struct rig *rig)
{
	const struct message *heard = &rig->engine.message;
	char value[256];
	struct field field;
	int count = settings_count(field_reader(heard->bytes, heard->length), "", value);

	if (heard_field(&rig->engine, FIELD_LINK, &field))
		count += settings_count(field_group(&field), "", value);
	return count;
}

static void namespace_in_which_nobody_has_done_anything_has_no_settings(void)
{
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .export = "/" }) && rig_engine(&rig));
	in_netns_of(rig.monitor, VETH);
	REQUIRE(scan(&rig));
	EXPECT(settings_of_all(&rig) == 0);
	rig_end(&rig);
}

static void changed_settings_are_told(void)
{
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .export = "/" }) && rig_engine(&rig));
	in_netns_of(rig.monitor, VETH SET("ipv6/conf/eth0/disable_ipv6", "1")
				     SET("ipv4/ip_unprivileged_port_start", "80")
					 SET("ipv4/tcp_rmem", "'4096 65536 1000000'")
					     SET("ipv4/conf/default/rp_filter", "2")
		    /* xen-hotplug's own */
		    SET("ipv4/ip_local_port_range", "'61440 65535'"));
	REQUIRE(scan(&rig));
	EXPECT(strcmp(setting(&rig, true, "net/ipv6/conf/eth0/disable_ipv6"), "1") == 0);
	EXPECT(strcmp(setting(&rig, false, "net/ipv4/ip_unprivileged_port_start"), "80") == 0);
	EXPECT(strcmp(setting(&rig, false, "net/ipv4/tcp_rmem"), "4096\t65536\t1000000") == 0);
	EXPECT(strcmp(setting(&rig, false, "net/ipv4/conf/default/rp_filter"), "2") == 0);
	/* IPv4's default went to the interface, too, which had none of its own. */
	EXPECT(strcmp(setting(&rig, true, "net/ipv4/conf/eth0/rp_filter"), "2") == 0);
	EXPECT(settings_of_all(&rig) == 5);
	rig_end(&rig);
}

/* Who writes `all` in the guest changes its interfaces, too. */
static void interfaces_are_told_whenever_all_is(void)
{
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .export = "/" }) && rig_engine(&rig));
	in_netns_of(rig.monitor, VETH SET("ipv6/conf/all/disable_ipv6", "1")
				     SET("ipv6/conf/eth0/disable_ipv6", "0"));
	REQUIRE(scan(&rig));
	EXPECT(strcmp(setting(&rig, false, "net/ipv6/conf/all/disable_ipv6"), "1") == 0);
	EXPECT(strcmp(setting(&rig, false, "net/ipv6/conf/default/disable_ipv6"), "1") == 0);
	EXPECT(strcmp(setting(&rig, true, "net/ipv6/conf/eth0/disable_ipv6"), "0") == 0);
	rig_end(&rig);
}

static void namespace_by_path_is_compared_with_a_new_one(void)
{
	struct rig rig;
	char path[64];
	int ready[2];
	pid_t holder;

	REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
	holder = fork();
	if (holder == 0) {
		unshare(CLONE_NEWNET);
		close(ready[1]);
		pause();
	}
	close(ready[1]);
	EXPECT(readable_within(ready[0], SOON_MS));
	in_netns_of(holder, VETH SET("ipv4/conf/eth0/arp_notify", "1"));
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)holder);
	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .export = "/", .netns = path }) &&
		rig_engine(&rig) && scan(&rig));
	EXPECT(strcmp(setting(&rig, true, "net/ipv4/conf/eth0/arp_notify"), "1") == 0);
	EXPECT(settings_of_all(&rig) == 1);
	rig_end(&rig);
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	close(ready[0]);
}

static void link_with_a_vif_s_name_is_told(void)
{
	struct field link;
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .export = "/" }) && rig_engine(&rig));
	in_netns_of(rig.monitor, "ip link add vif7.0 type veth peer name other;"
				 "ip link set vif7.0 up");
	REQUIRE(scan(&rig));
	EXPECT(heard_field(&rig.engine, FIELD_LINK, &link));
	rig_end(&rig);
}

/* More than a REPLY holds. */
static void flood_of_settings_leaves_room_for_links(void)
{
	struct field link;
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .export = "/" }) && rig_engine(&rig));
	in_netns_of(rig.monitor,
		    "for i in $(seq 60); do"
		    " ip link add eth$i type veth peer name p$i; ip link set eth$i up; done;"
		    "for f in ipv4/conf/all/arp_ignore ipv4/conf/all/arp_announce"
		    " ipv4/conf/all/arp_notify ipv4/conf/all/log_martians"
		    " ipv4/conf/all/accept_local; do echo 1 >/proc/sys/net/$f; done");
	REQUIRE(scan(&rig));
	EXPECT(settings_of_all(&rig) > 5);
	EXPECT(rig.engine.message.length < FRAME_PAYLOAD_MAX);
	EXPECT(heard_field(&rig.engine, FIELD_LINK, &link));
	rig_end(&rig);
}

/* The addresses of the only link, as text in their order. */
static void addresses_expect(struct rig *rig, const char *expected)
{
	char all[512] = "", text[INET6_ADDRSTRLEN];
	struct field_reader link;
	struct field field, ip;

	REQUIRE(heard_field(&rig->engine, FIELD_LINK, &field));
	link = field_group(&field);
	while (field_next(&link, &field)) {
		struct payload address = { .bytes = field.bytes, .length = field.length };

		if (field.tag != FIELD_ADDRESS)
			continue;
		REQUIRE(payload_find(address, FIELD_IP, &ip));
		inet_ntop(ip.length == 4 ? AF_INET : AF_INET6, ip.bytes, text, sizeof(text));
		strcat(strcat(all, all[0] ? " " : ""), text);
	}
	if (strcmp(all, expected) != 0)
		fprintf(stderr, "# told of %s\n", all);
	EXPECT(strcmp(all, expected) == 0);
}

/* `--link-local-ip` of Docker's gives one besides the kernel's own. */
static void link_local_address_that_somebody_gave_is_told(void)
{
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .export = "/" }) && rig_engine(&rig));
	in_netns_of(rig.monitor, VETH "ip address add fe80::77/64 dev eth0 nodad;");
	REQUIRE(scan(&rig));
	addresses_expect(&rig, "fe80::77");
	rig_end(&rig);
}

/* IPv6 ones with an end come from router advertisements, IPv4 ones from DHCP, which somebody
 * renews; a second one of a network of IPv4 is one like the first. */
static void addresses_that_somebody_gave_are_told(void)
{
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .export = "/" }) && rig_engine(&rig));
	in_netns_of(rig.monitor,
		    VETH "ip address add 10.1.2.3/24 dev eth0;"
			 "ip address add 10.1.2.4/24 dev eth0;"
			 "ip address add 10.9.9.9/24 dev eth0 valid_lft 900 preferred_lft 900;"
			 "ip address add 2001:db8::2/64 dev eth0 nodad;"
			 "ip address add 2001:db8::9/64 dev eth0 nodad valid_lft 900"
			 " preferred_lft 900;");
	REQUIRE(scan(&rig));
	addresses_expect(&rig, "10.1.2.3 10.9.9.9 10.1.2.4 2001:db8::2");
	rig_end(&rig);
}

static const struct test tests[] = {
	{ "a namespace in which nobody has done anything has no settings",
	  namespace_in_which_nobody_has_done_anything_has_no_settings },
	{ "changed settings are told", changed_settings_are_told },
	{ "interfaces are told whenever all is", interfaces_are_told_whenever_all_is },
	{ "a namespace by path is compared with a new one",
	  namespace_by_path_is_compared_with_a_new_one },
	{ "a link with a vif's name is told", link_with_a_vif_s_name_is_told },
	{ "a flood of settings leaves room for links", flood_of_settings_leaves_room_for_links },
	{ "addresses that somebody gave are told", addresses_that_somebody_gave_are_told },
	{ "a link-local address that somebody gave is told",
	  link_local_address_that_somebody_gave_is_told },
};

int main(void)
{
	room_enter();
	return test_run_all("monitor-scan", tests, sizeof(tests) / sizeof(tests[0]));
}
