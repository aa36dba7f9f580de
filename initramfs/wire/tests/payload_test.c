/* SPDX-License-Identifier: Apache-2.0 */
#include "payload.h"

#include <errno.h>
#include <string.h>

#include "hello.h"
#include "test.h"

static uint8_t bytes[65536];
static struct field_writer writer;

static void begin(void)
{
	writer = field_writer(bytes, sizeof(bytes));
}

static struct payload made(void)
{
	return (struct payload){ .bytes = bytes, .length = writer.length };
}

static void stop_put(uint32_t code)
{
	begin();
	field_put_u32(&writer, FIELD_CODE, code);
}

static void message_goes_one_way_only(void)
{
	begin();
	EXPECT(payload_valid(TO_AGENT, FRAME_PING, made()));
	EXPECT(!payload_valid(FROM_AGENT, FRAME_PING, made()));
	EXPECT(!payload_valid(TO_AGENT, FRAME_HELLO, made()));
	EXPECT(!payload_valid(TO_AGENT, FRAME_DATA, made()));
	EXPECT(frame_is_request(TO_AGENT, FRAME_PING) && !frame_is_request(TO_AGENT, FRAME_TIME));
	EXPECT(strcmp(frame_name(TO_MONITOR, FRAME_STOP), "STOP") == 0);
	EXPECT(!frame_name(TO_AGENT, FRAME_STOP));
}

static void field_of_another_row_is_refused(void)
{
	stop_put(0);
	EXPECT(payload_valid(TO_MONITOR, FRAME_STOP, made()));
	field_put_u32(&writer, FIELD_PROCESS, 1);
	EXPECT(!payload_valid(TO_MONITOR, FRAME_STOP, made()));
	stop_put(0);
	field_put_u32(&writer, 9999, 1);
	EXPECT(!payload_valid(TO_MONITOR, FRAME_STOP, made()));
}

static void field_comes_as_often_as_its_row_says(void)
{
	begin();
	EXPECT(!payload_valid(TO_MONITOR, FRAME_STOP, made()));
	stop_put(0);
	field_put_u32(&writer, FIELD_CODE, 0);
	EXPECT(!payload_valid(TO_MONITOR, FRAME_STOP, made()));
	begin();
	for (unsigned int i = 0; i < STATS_FILES_MAX; i++)
		field_put_text(&writer, FIELD_NAME, "cpu.stat");
	EXPECT(payload_valid(TO_AGENT, FRAME_STATS, made()));
	field_put_text(&writer, FIELD_NAME, "cpu.stat");
	EXPECT(!payload_valid(TO_AGENT, FRAME_STATS, made()));
}

static void number_has_its_size_and_limit(void)
{
	stop_put(255);
	EXPECT(payload_valid(TO_MONITOR, FRAME_STOP, made()));
	stop_put(256);
	EXPECT(!payload_valid(TO_MONITOR, FRAME_STOP, made()));
	begin();
	field_put_u64(&writer, FIELD_CODE, 0);
	EXPECT(!payload_valid(TO_MONITOR, FRAME_STOP, made()));
	begin();
	field_put_u32(&writer, FIELD_OOM_KILLS, 0);
	EXPECT(!payload_valid(FROM_AGENT, FRAME_OOM, made()));
}

static void text_ends_before_its_limit_and_holds_no_nul(void)
{
	static char text[TEXT_SIZE + 1];
	char copy[TEXT_SIZE];

	memset(text, 'x', sizeof(text) - 2);
	begin();
	field_put_text(&writer, FIELD_PATH, text);
	EXPECT(payload_valid(TO_LAUNCHER, FRAME_RESOLVE, made()));
	EXPECT(payload_text(made(), FIELD_PATH, copy) && strcmp(copy, text) == 0);
	EXPECT(!payload_text_of(made(), FIELD_PATH, copy, TEXT_SIZE - 1));
	text[TEXT_SIZE - 1] = 'x';
	begin();
	field_put_text(&writer, FIELD_PATH, text);
	EXPECT(!payload_valid(TO_LAUNCHER, FRAME_RESOLVE, made()));
	begin();
	field_put(&writer, FIELD_PATH, "a\0b", 3);
	EXPECT(!payload_valid(TO_LAUNCHER, FRAME_RESOLVE, made()));
}

/* PREPARE of the file server, whose exports have other fields than the agent's. */
static void group_is_judged_where_it_stands(void)
{
	size_t mark;

	begin();
	mark = field_group_begin(&writer, FIELD_EXPORT);
	field_put_u32(&writer, FIELD_NUMBER, 0);
	field_put_u32(&writer, FIELD_MODE, 0);
	field_group_end(&writer, mark);
	EXPECT(payload_valid(TO_AGENT, FRAME_PREPARE, made()));
	EXPECT(!payload_valid(TO_SERVER, FRAME_PREPARE, made()));
	bytes[writer.length - 8] = 1; /* the group's last field is longer than the group */
	EXPECT(!payload_valid(TO_AGENT, FRAME_PREPARE, made()));
}

static void reply_has_the_rows_of_its_request(void)
{
	begin();
	EXPECT(!reply_valid(FROM_SESSION, FRAME_ATTACH, made()));
	field_put_u32(&writer, FIELD_STATUS, 0);
	EXPECT(reply_valid(TO_AGENT, FRAME_PING, made()));
	EXPECT(!reply_valid(TO_AGENT, FRAME_TIME, made()));
	EXPECT(!reply_valid(FROM_SESSION, FRAME_ATTACH, made()));
	field_put_u32(&writer, FIELD_PROCESS, 2);
	EXPECT(reply_valid(FROM_SESSION, FRAME_ATTACH, made()));
	EXPECT(!reply_valid(TO_AGENT, FRAME_PING, made()));
}

static void reply_of_a_failure_has_nothing_else(void)
{
	begin();
	field_put_u32(&writer, FIELD_STATUS, ESRCH);
	field_put_text(&writer, FIELD_TEXT, "container not running");
	EXPECT(reply_valid(FROM_SESSION, FRAME_ATTACH, made()));
	field_put_u32(&writer, FIELD_PROCESS, 2);
	EXPECT(!reply_valid(FROM_SESSION, FRAME_ATTACH, made()));
}

static enum hello_verdict hello_judge(uint32_t version, uint32_t least, uint16_t more)
{
	struct hello hello;

	begin();
	field_put_u32(&writer, FIELD_PROTOCOL, version);
	field_put_u32(&writer, FIELD_PROTOCOL_MIN, least);
	if (more)
		field_put_text(&writer, more, "");
	return hello_read(FRAME_HELLO, 0, made(), &hello);
}

static void hello_is_of_our_protocol_and_holds_no_more(void)
{
	struct hello hello;

	EXPECT(hello_judge(PROTOCOL_VERSION, PROTOCOL_VERSION_MIN, 0) == HELLO_GOOD);
	EXPECT(hello_judge(PROTOCOL_VERSION, PROTOCOL_VERSION_MIN, FIELD_BUILD) == HELLO_GOOD);
	EXPECT(hello_judge(PROTOCOL_VERSION + 1, PROTOCOL_VERSION, 0) == HELLO_GOOD);
	EXPECT(hello_judge(PROTOCOL_VERSION_MIN - 1, 0, 0) == HELLO_FOREIGN);
	EXPECT(hello_judge(PROTOCOL_VERSION + 1, PROTOCOL_VERSION + 1, 0) == HELLO_FOREIGN);
	EXPECT(hello_judge(PROTOCOL_VERSION, PROTOCOL_VERSION, FIELD_TEXT) == HELLO_MALFORMED);
	EXPECT(hello_judge(PROTOCOL_VERSION, PROTOCOL_VERSION, 9999) == HELLO_MALFORMED);
	begin();
	hello_put(&writer);
	EXPECT(hello_read(FRAME_HELLO, 0, made(), &hello) == HELLO_GOOD);
	EXPECT(hello_read(FRAME_HELLO, 1, made(), &hello) == HELLO_MALFORMED);
	EXPECT(hello_read(FRAME_PING, 0, made(), &hello) == HELLO_MALFORMED);
}

int main(void)
{
	static const struct test tests[] = {
		{ "message goes one way only", message_goes_one_way_only },
		{ "field of another row is refused", field_of_another_row_is_refused },
		{ "field comes as often as its row says", field_comes_as_often_as_its_row_says },
		{ "number has its size and limit", number_has_its_size_and_limit },
		{ "text ends before its limit and holds no NUL",
		  text_ends_before_its_limit_and_holds_no_nul },
		{ "group is judged where it stands", group_is_judged_where_it_stands },
		{ "REPLY has the rows of its request", reply_has_the_rows_of_its_request },
		{ "REPLY of a failure has nothing else", reply_of_a_failure_has_nothing_else },
		{ "HELLO is of our protocol and holds no more",
		  hello_is_of_our_protocol_and_holds_no_more },
	};

	return test_run_all("payload_test", tests, sizeof(tests) / sizeof(tests[0]));
}
