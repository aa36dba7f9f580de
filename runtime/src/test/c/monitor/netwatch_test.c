/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine is told of changes in the container's network namespace. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "rig.h"
#include "room.h"

/* A burst is told of after so long at the latest. */
#define BURST_MS 500

#define LINK_ADD                                                                                   \
	"ip link add eth0 type veth peer name other && ip addr add 10.1.2.3/24 dev eth0 &&"        \
	" ip link set eth0 up && ip link set other up &&"                                          \
	" ip route add default via 10.1.2.1"

/* What a shell does in the monitor's network namespace; true if all of it succeeded. New links have
 * no addresses that come by themselves, some time later. */
static bool network_do(const struct rig *rig, const char *commands)
{
	char path[64], script[1024];
	int status = -1;
	pid_t child;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)rig->monitor);
	snprintf(script, sizeof(script),
		 "echo 1 >/proc/sys/net/ipv6/conf/default/addr_gen_mode; %s", commands);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		_exit(fd < 0 || setns(fd, CLONE_NEWNET) || system(script));
	}
	return waitpid(child, &status, 0) == child && status == 0;
}

/* NETWORK_CHANGED comes, and nothing after it. */
static void expect_told_once(struct rig *rig)
{
	EXPECT(talk_hear(&rig->engine, FRAME_NETWORK_CHANGED, 0));
	EXPECT(rig->engine.message.length == 0);
	EXPECT(talk_silent(&rig->engine));
}

/* Whether one more comes, of those that may have come together. */
static bool told_soon(struct rig *rig)
{
	struct talk *engine = &rig->engine;

	if (message_receive(engine->fd, &engine->inbox, clock_ms() + 2 * BURST_MS,
			    &engine->message))
		return false;
	EXPECT(engine->message.type == FRAME_NETWORK_CHANGED);
	return true;
}

/* The same, but maybe more often. */
static void expect_told(struct rig *rig)
{
	EXPECT(talk_hear(&rig->engine, FRAME_NETWORK_CHANGED, 0));
	while (told_soon(rig))
		continue;
}

/* SCAN_NET has its REPLY; a link's carrier may come a second after it, and is told before that. */
static bool scan_hear(struct rig *rig)
{
	bool heard = talk_say(&rig->engine, FRAME_SCAN_NET, 7, "", 0) &&
		     talk_hear(&rig->engine, FRAME_REPLY, 7);

	for (int i = 0; i < 4 && !heard; i++)
		heard = talk_hear(&rig->engine, FRAME_REPLY, 7);
	return heard;
}

static bool served(struct rig *rig)
{
	return rig_spawn(rig, &(struct rig_spawn){ .export = "/" }) &&
	       heard_u32(&rig->launcher, FIELD_STATUS) == 0 && rig_engine(rig);
}

static void burst_is_told_once(void)
{
	struct rig rig;

	REQUIRE(served(&rig));
	EXPECT(talk_silent(&rig.engine));
	/* In one process and so without pauses. */
	EXPECT(network_do(&rig, "ip link add eth0 type veth peer name other"));
	expect_told_once(&rig);
	EXPECT(network_do(&rig, "ip addr add 10.1.2.3/24 dev eth0"));
	expect_told_once(&rig);
	EXPECT(network_do(&rig, "ip link set eth0 mtu 1400"));
	expect_told_once(&rig);
	EXPECT(network_do(&rig, "ip link del eth0"));
	expect_told_once(&rig);
	rig_end(&rig);
}

static void what_is_told_can_be_scanned(void)
{
	struct field_reader link;
	struct field field;
	uint32_t index = 0;
	struct rig rig;

	REQUIRE(served(&rig));
	EXPECT(network_do(&rig, LINK_ADD));
	expect_told(&rig);
	REQUIRE(scan_hear(&rig));
	REQUIRE(heard_field(&rig.engine, FIELD_LINK, &field));
	link = field_group(&field);
	while (field_next(&link, &field))
		if (field.tag == FIELD_INDEX)
			EXPECT(field_u32(&field, &index));
	EXPECT(index > 1);
	EXPECT(heard_field(&rig.engine, FIELD_ROUTE, &field));
	rig_end(&rig);
}

static void next_engine_is_told_what_came_without_one(void)
{
	struct rig rig;

	REQUIRE(served(&rig));
	talk_close(&rig.engine);
	EXPECT(network_do(&rig, "ip link add eth0 type veth peer name other"));
	REQUIRE(rig_engine(&rig));
	expect_told_once(&rig);
	REQUIRE(rig_engine(&rig));
	EXPECT(talk_silent(&rig.engine));
	rig_end(&rig);
}

/* What a vif is its device says, and not its name, which any link may have. */
static void link_with_a_vif_s_name_counts(void)
{
	struct rig rig;

	REQUIRE(served(&rig));
	EXPECT(network_do(&rig, "ip link add vif7.0 type veth peer name vif7.1"));
	expect_told_once(&rig);
	rig_end(&rig);
}

static void flood_is_told_seldom(void)
{
	int64_t begun, last;
	int told = 0;
	struct rig rig;

	REQUIRE(served(&rig));
	begun = last = clock_ms();
	EXPECT(network_do(&rig,
			  "ip link add eth0 type veth peer name other;"
			  "for i in $(seq 10000); do echo link set eth0 mtu $((1000 + i % 400));"
			  " done | ip -batch -"));
	while (told_soon(&rig)) {
		last = clock_ms();
		told++;
	}
	EXPECT(told >= 1);
	EXPECT(told <= 2 + (last - begun) / BURST_MS);
	fprintf(stderr, "# 10000 changes in %d ms: told %d times\n", (int)(last - begun), told);
	rig_end(&rig);
}

static void more_than_64_links_are_one_error(void)
{
	struct rig rig;

	REQUIRE(served(&rig));
	EXPECT(network_do(&rig, "for i in $(seq 33); do"
				" echo link add a$i up type veth peer name b$i;"
				" echo link set b$i up; done | ip -batch -"));
	expect_told(&rig);
	REQUIRE(scan_hear(&rig));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) != 0);
	EXPECT(strstr(heard_text(&rig.engine, FIELD_TEXT), "more than 64 links") != NULL);
	rig_end(&rig);
}

static const struct test tests[] = {
	{ "a burst of changes is told once", burst_is_told_once },
	{ "what is told can be scanned", what_is_told_can_be_scanned },
	{ "the next engine is told what came without one",
	  next_engine_is_told_what_came_without_one },
	{ "a link with a vif's name counts", link_with_a_vif_s_name_counts },
	{ "a flood is told seldom", flood_is_told_seldom },
	{ "more than 64 links are one error", more_than_64_links_are_one_error },
};

int main(void)
{
	room_enter();
	return test_run_all("monitor-netwatch", tests, sizeof(tests) / sizeof(tests[0]));
}
