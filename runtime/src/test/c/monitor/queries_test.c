/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's queries for names, and the container's resolver, which the test plays. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "rig.h"
#include "room.h"

#define RESOLVER_ADDRESS 0x7f00000b
#define QUESTION "\x12\x34\1\0\0\1\0\0\0\0\0\0\3web\0\0\1\0\1"
#define QUESTION_LENGTH (sizeof(QUESTION) - 1)
#define LARGE 60000

/* The monitor, and sockets at 127.0.0.11:53 in its network namespace; -1 = closed. */
static struct rig rig;
static int datagrams, listener;
static uint8_t answer[DNS_ANSWER_SIZE + 1];

static int socket_at(int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(53),
				       .sin_addr.s_addr = htonl(RESOLVER_ADDRESS) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	EXPECT(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	EXPECT(type == SOCK_DGRAM || listen(fd, DNS_QUERIES_MAX) == 0);
	return fd;
}

static void resolver_begin(void)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), there;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)rig.monitor);
	there = open(path, O_RDONLY | O_CLOEXEC);
	EXPECT(setns(there, CLONE_NEWNET) == 0);
	datagrams = socket_at(SOCK_DGRAM);
	listener = socket_at(SOCK_STREAM);
	EXPECT(setns(here, CLONE_NEWNET) == 0);
	close(here), close(there);
}

static void resolver_end(void)
{
	close(datagrams), close(listener);
}

/* A container that runs and has a resolver. */
static bool begin(void)
{
	if (!rig_serve(&rig))
		return false;
	resolver_begin();
	return test_failures == 0;
}

static void end(void)
{
	resolver_end();
	rig_end(&rig);
}

static bool query_say_bytes(uint32_t number, bool tcp, const void *bytes, size_t length)
{
	static uint8_t payload[2 * DNS_QUERY_SIZE];
	struct field_writer writer = field_writer(payload, sizeof(payload));

	field_put_u32(&writer, FIELD_NUMBER, number);
	if (tcp)
		field_put_u32(&writer, FIELD_TCP, 1);
	field_put(&writer, FIELD_BYTES, bytes, length);
	return talk_say_fields(&rig.agent, FRAME_DNS_QUERY, 0, &writer);
}

static bool query_say(uint32_t number, bool tcp)
{
	return query_say_bytes(number, tcp, QUESTION, QUESTION_LENGTH);
}

/* The answer that is heard next has these bytes. */
static bool answer_heard(uint32_t number, const void *bytes, size_t length)
{
	struct field field;

	return talk_hear(&rig.agent, FRAME_DNS_ANSWER, 0) &&
	       heard_u32(&rig.agent, FIELD_NUMBER) == number &&
	       heard_field(&rig.agent, FIELD_BYTES, &field) && field.length == length &&
	       memcmp(field.bytes, bytes, length) == 0;
}

static bool refusal_heard(uint32_t number)
{
	struct field field;

	return talk_hear(&rig.agent, FRAME_DNS_ANSWER, 0) &&
	       heard_u32(&rig.agent, FIELD_NUMBER) == number &&
	       !heard_field(&rig.agent, FIELD_BYTES, &field);
}

/* Takes the question that has come as a datagram, and where from. */
static bool datagram_asked(struct sockaddr_in *from)
{
	socklen_t size = sizeof(*from);
	uint8_t bytes[DNS_QUERY_SIZE];

	return readable_within(datagrams, SOON_MS) == 1 &&
	       recvfrom(datagrams, bytes, sizeof(bytes), 0, (struct sockaddr *)from, &size) ==
		   (ssize_t)QUESTION_LENGTH &&
	       memcmp(bytes, QUESTION, QUESTION_LENGTH) == 0;
}

static bool datagram_answer(const struct sockaddr_in *to, const void *bytes, size_t length)
{
	return sendto(datagrams, bytes, length, 0, (const struct sockaddr *)to, sizeof(*to)) ==
	       (ssize_t)length;
}

/* Takes a connection and the question that comes over it. */
static int stream_asked(void)
{
	int fd = readable_within(listener, SOON_MS) == 1
		     ? accept4(listener, NULL, NULL, SOCK_CLOEXEC)
		     : -1;
	uint8_t bytes[2 + QUESTION_LENGTH];

	EXPECT(fd >= 0);
	EXPECT(read_soon(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes));
	EXPECT(bytes[0] == 0 && bytes[1] == QUESTION_LENGTH);
	EXPECT(memcmp(bytes + 2, QUESTION, QUESTION_LENGTH) == 0);
	return fd;
}

static bool stream_say(int fd, const void *bytes, size_t length)
{
	return send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static bool stream_answer(int fd, const void *bytes, size_t length)
{
	uint8_t prefix[2] = { (uint8_t)(length >> 8), (uint8_t)length };

	return stream_say(fd, prefix, sizeof(prefix)) && stream_say(fd, bytes, length);
}

static void query_over_udp_is_answered(void)
{
	struct sockaddr_in from;

	REQUIRE(begin());
	EXPECT(query_say(7, false));
	REQUIRE(datagram_asked(&from));
	EXPECT(datagram_answer(&from, answer, 512));
	EXPECT(answer_heard(7, answer, 512));
	end();
}

static void query_over_tcp_is_answered(void)
{
	int fd;

	REQUIRE(begin());
	EXPECT(query_say(8, true));
	fd = stream_asked();
	/* The answer comes in pieces, which begin within its length. */
	EXPECT(stream_say(fd, "\1", 1));
	usleep(20000);
	EXPECT(stream_say(fd, "\0\xab", 2));
	usleep(20000);
	EXPECT(stream_say(fd, "rest", 4) && stream_say(fd, answer, 256 - 5));
	EXPECT(talk_hear(&rig.agent, FRAME_DNS_ANSWER, 0));
	struct field field;
	EXPECT(heard_field(&rig.agent, FIELD_BYTES, &field) && field.length == 256);
	EXPECT(memcmp(field.bytes, "\xabrest", 5) == 0);
	/* The monitor has let go. */
	EXPECT(readable_within(fd, SOON_MS) == 1);
	close(fd);
	end();
}

static void large_answers_come_whole(void)
{
	static const size_t sizes[] = { DNS_HEADER_SIZE, FRAME_PAYLOAD_MAX, LARGE,
					DNS_ANSWER_SIZE };
	struct sockaddr_in from;

	REQUIRE(begin());
	for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		EXPECT(query_say(i, true));
		int fd = stream_asked();
		EXPECT(stream_answer(fd, answer, sizes[i]));
		EXPECT(answer_heard(i, answer, sizes[i]));
		close(fd);
	}
	EXPECT(query_say(9, false));
	REQUIRE(datagram_asked(&from));
	EXPECT(datagram_answer(&from, answer, LARGE));
	EXPECT(answer_heard(9, answer, LARGE));
	end();
}

static void answers_find_their_queries(void)
{
	struct sockaddr_in from[100];

	REQUIRE(begin());
	for (uint32_t i = 0; i < 100; i++) {
		EXPECT(query_say(1000 + i, false));
		EXPECT(datagram_asked(&from[i]));
	}
	for (uint32_t i = 100; i-- > 0;)
		EXPECT(datagram_answer(&from[i], answer + i, 100));
	for (uint32_t i = 100; i-- > 0;) {
		struct field field;
		EXPECT(talk_hear(&rig.agent, FRAME_DNS_ANSWER, 0));
		uint32_t number = heard_u32(&rig.agent, FIELD_NUMBER) - 1000;
		REQUIRE(number < 100 && heard_field(&rig.agent, FIELD_BYTES, &field));
		EXPECT(memcmp(field.bytes, answer + number, 100) == 0);
	}
	end();
}

static void without_an_answer_a_query_is_refused(void)
{
	struct sockaddr_in from;

	REQUIRE(rig_serve(&rig));
	/* Nothing listens. */
	EXPECT(query_say(1, false) && refusal_heard(1));
	EXPECT(query_say(2, true) && refusal_heard(2));
	resolver_begin();
	/* It hangs up: before it answers, within the length, within the answer; or it answers
	 * what is no DNS message. */
	for (size_t length = 0; length < 4; length++) {
		EXPECT(query_say(3, true));
		int fd = stream_asked();
		EXPECT(length == 0 || stream_say(fd, "\0\x20x", length));
		close(fd);
		EXPECT(refusal_heard(3));
	}
	EXPECT(query_say(4, true));
	int fd = stream_asked();
	EXPECT(stream_say(fd, "\0\0", 2));
	EXPECT(refusal_heard(4));
	close(fd);
	EXPECT(query_say(5, false));
	REQUIRE(datagram_asked(&from));
	EXPECT(datagram_answer(&from, answer, DNS_HEADER_SIZE - 1));
	EXPECT(refusal_heard(5));
	end();
}

/* PING goes to the guest and back, and the guest is told the time. */
static bool others_pass(void)
{
	uint8_t bytes[32];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_STATUS, 0);
	return talk_say(&rig.engine, FRAME_PING, 50, "", 0) &&
	       talk_hear(&rig.agent, FRAME_PING, ANY) &&
	       talk_say_fields(&rig.agent, FRAME_REPLY, rig.agent.message.stream, &writer) &&
	       talk_hear(&rig.engine, FRAME_REPLY, 50) &&
	       talk_say(&rig.agent, FRAME_TIME_ASKED, 0, "", 0) &&
	       talk_hear(&rig.agent, FRAME_TIME, 0);
}

static void flood_holds_up_nobody(void)
{
	struct sockaddr_in first, from;
	int64_t begun;

	REQUIRE(begin());
	begun = clock_ms();
	for (uint32_t i = 0; i < DNS_QUERIES_MAX; i++)
		EXPECT(query_say(i, i % 2));
	for (uint32_t i = 0; i < 100; i++) {
		EXPECT(query_say(1000 + i, false));
		EXPECT(refusal_heard(1000 + i));
	}
	EXPECT(others_pass());
	/* An answer makes room for one query. */
	REQUIRE(datagram_asked(&first));
	EXPECT(datagram_answer(&first, answer, 100));
	EXPECT(answer_heard(0, answer, 100));
	EXPECT(query_say(2000, false));
	EXPECT(query_say(2001, false) && refusal_heard(2001));
	for (uint32_t i = 0; i < DNS_QUERIES_MAX / 2; i++)
		EXPECT(datagram_asked(&from));
	/* The others are given up in time. */
	while (clock_ms() < begun + 9000)
		usleep(100000);
	EXPECT(talk_silent(&rig.agent));
	for (uint32_t i = 0; i < DNS_QUERIES_MAX; i++) {
		struct field field;
		REQUIRE(talk_hear(&rig.agent, FRAME_DNS_ANSWER, 0));
		EXPECT(!heard_field(&rig.agent, FIELD_BYTES, &field));
	}
	EXPECT(query_say(3000, false) && datagram_asked(&from));
	end();
}

/* How many datagrams have come to a port of the monitor's network namespace that nobody has. */
static unsigned long datagrams_lost(void)
{
	char path[64], line[256];
	unsigned long count = 0;
	FILE *counters;

	snprintf(path, sizeof(path), "/proc/%d/net/snmp", (int)rig.monitor);
	counters = fopen(path, "re");
	EXPECT(counters != NULL);
	/* Udp's names, then its numbers: InDatagrams, NoPorts, … */
	while (counters && fgets(line, sizeof(line), counters))
		sscanf(line, "Udp: %*u %lu", &count);
	if (counters)
		fclose(counters);
	return count;
}

/* The time is told when all that the guest asked before it is taken; answers are passed over. */
static bool all_taken(void)
{
	if (!talk_say(&rig.agent, FRAME_TIME_ASKED, 0, "", 0))
		return false;
	do {
		if (message_receive(rig.agent.fd, &rig.agent.inbox, clock_ms() + SOON_MS,
				    &rig.agent.message))
			return false;
	} while (rig.agent.message.type == FRAME_DNS_ANSWER);
	return rig.agent.message.type == FRAME_TIME;
}

/* As many are asked as are allowed at once and in the time that this takes. Without a resolver each
 * is over at once, so that only the rate holds them. */
static void queries_have_a_rate(void)
{
	const unsigned long count = 20000;
	unsigned long asked;
	int64_t begun;

	REQUIRE(rig_serve(&rig));
	begun = clock_ms();
	for (uint32_t i = 0; i < count; i++)
		REQUIRE(query_say(i, false));
	EXPECT(all_taken());
	asked = datagrams_lost();
	fprintf(stderr, "# %lu queries in %d ms: %lu asked\n", count, (int)(clock_ms() - begun),
		asked);
	EXPECT(asked >= 1000 && asked < count);
	EXPECT(asked <= 1001 + 2 * (unsigned long)(clock_ms() - begun));
	rig_end(&rig);
}

static void guest_that_does_not_read_gets_its_answers_later(void)
{
	REQUIRE(begin());
	for (uint32_t i = 0; i < 40; i++) {
		EXPECT(query_say(i, true));
		int fd = stream_asked();
		EXPECT(stream_answer(fd, answer + i, LARGE));
		close(fd);
	}
	/* A refusal that comes while an answer is sent in part does not come between its parts. */
	EXPECT(query_say(40, true));
	close(stream_asked());
	usleep(100000);
	for (uint32_t i = 0; i < 41; i++) {
		struct field field;
		REQUIRE(talk_hear(&rig.agent, FRAME_DNS_ANSWER, 0));
		uint32_t number = heard_u32(&rig.agent, FIELD_NUMBER);
		if (number == 40) {
			EXPECT(!heard_field(&rig.agent, FIELD_BYTES, &field));
			continue;
		}
		EXPECT(heard_field(&rig.agent, FIELD_BYTES, &field) && field.length == LARGE);
		EXPECT(memcmp(field.bytes, answer + number, LARGE) == 0);
	}
	EXPECT(others_pass());
	end();
}

static void malformed_query_loses_the_guest(void)
{
	static const struct {
		size_t length;
		bool number, bytes;
	} malformed[] = {
		{ 0, true, true },
		{ DNS_HEADER_SIZE - 1, true, true },
		{ DNS_QUERY_SIZE + 1, true, true },
		{ QUESTION_LENGTH, false, true },
		{ QUESTION_LENGTH, true, false },
	};

	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		static uint8_t payload[2 * DNS_QUERY_SIZE];
		struct field_writer writer = field_writer(payload, sizeof(payload));

		REQUIRE(rig_serve(&rig));
		if (malformed[i].number)
			field_put_u32(&writer, FIELD_NUMBER, 1);
		if (malformed[i].bytes)
			field_put(&writer, FIELD_BYTES, answer, malformed[i].length);
		EXPECT(talk_say_fields(&rig.agent, FRAME_DNS_QUERY, 0, &writer));
		EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
		EXPECT(strstr(heard_text(&rig.engine, FIELD_TEXT), "malformed DNS_QUERY"));
		rig_end(&rig);
	}
}

/* With queries under way. */
static void guest_that_goes_is_forgotten(void)
{
	REQUIRE(begin());
	EXPECT(query_say(1, true) && query_say(2, false));
	int fd = stream_asked();
	EXPECT(rig_exited(&rig, 0));
	EXPECT(rig_exit_code(&rig) == 0);
	EXPECT(readable_within(fd, SOON_MS) == 1);
	close(fd);
	end();
}

static void scan_tells_of_a_resolver(void)
{
	REQUIRE(rig_serve(&rig));
	EXPECT(talk_say(&rig.engine, FRAME_SCAN_NET, 60, "", 0));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 60));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == 0);
	EXPECT(heard_u32(&rig.engine, FIELD_RESOLVER) == UINT32_MAX);
	resolver_begin();
	EXPECT(talk_say(&rig.engine, FRAME_SCAN_NET, 61, "", 0));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 61));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == 0);
	EXPECT(heard_u32(&rig.engine, FIELD_RESOLVER) == 1);
	/* It is away while dockerd starts again, and the container must find it afterwards. */
	resolver_end();
	EXPECT(talk_say(&rig.engine, FRAME_SCAN_NET, 62, "", 0));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 62));
	EXPECT(heard_u32(&rig.engine, FIELD_RESOLVER) == 1);
	rig_end(&rig);
}

static const struct test tests[] = {
	{ "a query over UDP is answered as it is", query_over_udp_is_answered },
	{ "a query over TCP is answered as it is", query_over_tcp_is_answered },
	{ "large answers come whole", large_answers_come_whole },
	{ "answers find their queries", answers_find_their_queries },
	{ "without an answer a query is refused", without_an_answer_a_query_is_refused },
	{ "a flood of queries holds up nobody", flood_holds_up_nobody },
	{ "queries have a rate", queries_have_a_rate },
	{ "a guest that does not read gets its answers later",
	  guest_that_does_not_read_gets_its_answers_later },
	{ "a malformed DNS_QUERY loses the guest", malformed_query_loses_the_guest },
	{ "a guest that goes is forgotten", guest_that_goes_is_forgotten },
	{ "a scan tells of a resolver", scan_tells_of_a_resolver },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(answer); i++)
		answer[i] = (uint8_t)(i * 2654435761u >> 11);
	room_enter();
	return test_run_all("monitor-queries", tests, sizeof(tests) / sizeof(tests[0]));
}
