/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs/protocol.md's tables and payload_rules.c are the same. A payload stands in the page as the
 * first code span of its row, that of its REPLY as the one behind "REPLY: " and without STATUS and
 * TEXT: NAME is there once, [NAME] at most once, NAME+ at least once, NAME* any number of times,
 * and NAME{…} or the table of groups says what a group holds.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "payload_rules.h"
#include "test.h"

#define PAGE "docs/protocol.md"
#define HEADER "initramfs/wire/protocol.h"
#define NAME_SIZE 64

/* Where the tables are, and which way their messages go; the direction is how a cell begins. */
static const struct table {
	const char *heading, *direction;
	enum way way;
} tables[] = {
	{ "## Frames", "both ways", EVERY_WAY },
	{ "## Requests to the agent", "", TO_AGENT },
	{ "## From the agent", "", FROM_AGENT },
	{ "## The time of day", "to the agent", TO_AGENT },
	{ "## The time of day", "from the agent", FROM_AGENT },
	{ "## Names", "to the agent", TO_AGENT },
	{ "## Names", "from the agent", FROM_AGENT },
	{ "## Engine and monitor", "to the monitor", TO_MONITOR },
	{ "## Engine and monitor", "to the engine", FROM_MONITOR },
	{ "## Monitor and session", "to the monitor", FROM_SESSION },
	{ "## Monitor and session", "to the session", TO_SESSION },
	{ "## Monitor and file server", "to the file server", TO_SERVER },
	{ "## Launcher and engine", "to the engine", FROM_LAUNCHER },
	{ "## Launcher and engine", "", TO_LAUNCHER },
};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

static char *page, *header;

static char *file_read(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	if (!file || !text || !fread(text, 1, (1 << 20) - 1, file)) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	fclose(file);
	return text;
}

static void complain(const char *where, const char *what, const char *name)
{
	fprintf(stderr, "%s: %s %s\n", where, what, name);
	EXPECT(!"the page and payload_rules.c are the same");
}

/* The number that protocol.h gives PREFIX_NAME; -1 if it gives none. */
static long header_number(const char *prefix, const char *name)
{
	char wanted[2 * NAME_SIZE];
	const char *place;

	snprintf(wanted, sizeof(wanted), "%s%s =", prefix, name);
	place = strstr(header, wanted);
	return place ? strtol(place + strlen(wanted), NULL, 0) : -1;
}

static void field_name(uint16_t tag, char name[NAME_SIZE])
{
	const char *place = header;
	int number = 0;

	while ((place = strstr(place, "FIELD_"))) {
		place += strlen("FIELD_");
		if (sscanf(place, "%63[A-Z_] = %d", name, &number) == 2 && number == tag)
			return;
	}
	snprintf(name, NAME_SIZE, "tag %u", tag);
}

/* The code span of the group's row in the page's table of groups; NULL if there is none. */
static const char *group_span(const char *name)
{
	char wanted[NAME_SIZE + 8];
	const char *place = strstr(page, "| group | payload |");

	snprintf(wanted, sizeof(wanted), "\n| %s | `", name);
	place = place ? strstr(place, wanted) : NULL;
	return place ? place + strlen(wanted) : NULL;
}

static const struct field_rule *rule_of(const struct field_rule *rules, long tag)
{
	while (rules->tag && rules->tag != tag)
		rules++;
	return rules->tag ? rules : NULL;
}

static const char *fields_compare(const char *where, const char *text,
				  const struct field_rule *rules, const char *end, bool reply);

/* One NAME with what is around it. Returns what follows. */
static const char *field_compare(const char *where, const char *text,
				 const struct field_rule *rules, bool seen[256])
{
	bool maybe = *text == '[';
	const struct field_rule *rule;
	char name[NAME_SIZE] = "";
	const char *group = NULL;
	int length = 0;
	long tag;

	sscanf(text + maybe, "%63[A-Z_]%n", name, &length);
	text += maybe + length;
	tag = header_number("FIELD_", name);
	rule = length ? rule_of(rules, tag) : NULL;
	if (!rule) {
		complain(where, "only the page has", *name ? name : text);
		return text + strcspn(text, " `");
	}
	seen[tag] = true;
	if (rule->form == GROUP)
		group = *text == '{' ? text + 1 : group_span(name);
	if (rule->form == GROUP && !group)
		complain(where, "the page does not say what is in", name);
	else if (group && *text == '{')
		text = fields_compare(where, group, rule->group, "}", false) + 1;
	else if (group)
		fields_compare(name, group, rule->group, "`", false);
	if (rule->least != (*text == '+' || (!maybe && *text != '*')) ||
	    (rule->most > 1) != (*text == '*' || *text == '+'))
		complain(where, "the page says otherwise how often there is", name);
	return text + (maybe || *text == '*' || *text == '+');
}

/* Returns where `end` is. */
static const char *fields_compare(const char *where, const char *text,
				  const struct field_rule *rules, const char *end, bool reply)
{
	bool seen[256] = { false };
	char name[NAME_SIZE];

	while (*text && *text != *end) {
		if (*text == ' ')
			text++;
		else
			text = field_compare(where, text, rules, seen);
	}
	for (; rules->tag; rules++) {
		if (seen[rules->tag] ||
		    (reply && (rules->tag == FIELD_STATUS || rules->tag == FIELD_TEXT)))
			continue;
		field_name(rules->tag, name);
		complain(where, "the page does not have", name);
	}
	return text;
}

/* What the rows of a payload and of its REPLY say: code spans of the row, or nothing. */
static void spans_compare(const char *name, const char *row, const struct message_rule *rule)
{
	const char *first = strchr(row, '`'), *answer = strstr(row, "REPLY: `");
	char where[NAME_SIZE + 16];

	answer = answer ? strchr(answer, '`') : NULL;
	fields_compare(name, first && first != answer ? first + 1 : "", rule->fields, "`", false);
	snprintf(where, sizeof(where), "REPLY to %s", name);
	if (rule->answer)
		fields_compare(where, answer ? answer + 1 : "", rule->answer, "`", true);
	else if (answer)
		complain(where, "only the page has", "it");
}

/* The row of payload_rules.c that has the message; message_rule_count if there is none. */
static size_t message_find(const char *heading, const char *name, const char *cells)
{
	for (size_t i = 0; i < message_rule_count; i++)
		for (size_t j = 0; j < TABLES; j++)
			if (message_rules[i].way == tables[j].way &&
			    strcmp(message_rules[i].name, name) == 0 &&
			    strcmp(tables[j].heading, heading) == 0 &&
			    strncmp(cells, tables[j].direction, strlen(tables[j].direction)) == 0)
				return i;
	return message_rule_count;
}

/* `| NAME | direction | payload |`, or without a direction. */
static void row_compare(const char *heading, const char *row, bool compared[])
{
	char name[NAME_SIZE];
	int length = 0;
	size_t i;

	if (sscanf(row, "| %63[A-Z_] | %n", name, &length) != 1 || !length ||
	    header_number("FRAME_", name) < 0 || strstr("DATA WINDOW END REPLY", name))
		return;
	i = message_find(heading, name, row + length);
	if (i == message_rule_count) {
		complain(heading, "payload_rules.c does not have", name);
		return;
	}
	compared[i] = true;
	spans_compare(name, row, &message_rules[i]);
}

static void payloads_are_the_pages(void)
{
	bool compared[128] = { false };
	char *copy = strdup(page), *rest = copy, *row;
	char heading[NAME_SIZE] = "";

	while ((row = strsep(&rest, "\n"))) {
		if (strncmp(row, "## ", 3) == 0)
			snprintf(heading, sizeof(heading), "%s", row);
		else if (*row == '|')
			row_compare(heading, row, compared);
	}
	free(copy);
	for (size_t i = 0; i < message_rule_count; i++)
		if (!compared[i])
			complain(PAGE, "no table of that way has", message_rules[i].name);
}

static void seen_in(const struct field_rule *rules, bool seen[256])
{
	for (; rules->tag; rules++) {
		seen[rules->tag] = true;
		if (rules->group)
			seen_in(rules->group, seen);
	}
}

/* A tag or type of protocol.h that no row knows would be refused by everyone. */
static void every_number_of_the_header_has_its_row(void)
{
	bool fields[256] = { false }, frames[256] = { false };
	const char *place = header;
	char kind[8], name[NAME_SIZE];
	int number;

	frames[FRAME_REPLY] = frames[FRAME_DATA] = frames[FRAME_END] = frames[FRAME_WINDOW] = true;
	for (size_t i = 0; i < message_rule_count; i++) {
		frames[message_rules[i].type] = true;
		seen_in(message_rules[i].fields, fields);
		if (message_rules[i].answer)
			seen_in(message_rules[i].answer, fields);
	}
	for (; (place = strchr(place, '\n')); place++)
		if (sscanf(place, " %5[A-Z]_%63[A-Z_] = %i", kind, name, &number) == 3 &&
		    !(strcmp(kind, "FIELD") == 0 ? fields : frames)[number & 255])
			complain(HEADER, "payload_rules.c does not have", name);
}

/* The page's table of limits, NAME and number, against protocol.h's. */
static void limits_are_the_pages(void)
{
	static const struct {
		const char *name;
		unsigned long number;
	} limits[] = {
		{ "FRAME_PAYLOAD_MAX", FRAME_PAYLOAD_MAX },
		{ "MESSAGE_MAX_TO_AGENT", MESSAGE_MAX_TO_AGENT },
		{ "MESSAGE_MAX_TO_ENGINE", MESSAGE_MAX_TO_ENGINE },
		{ "MESSAGE_MAX_TO_LAUNCHER", MESSAGE_MAX_TO_LAUNCHER },
		{ "MESSAGE_MAX_TO_MONITOR", MESSAGE_MAX_TO_MONITOR },
		{ "STREAM_WINDOW", STREAM_WINDOW },
		{ "FILES_WINDOW", FILES_WINDOW },
		{ "PROCESS_MAX", PROCESS_MAX },
		{ "EXPORT_MAX", EXPORT_MAX },
		{ "STATS_FILES_MAX", STATS_FILES_MAX },
		{ "STATS_FILE_SIZE", STATS_FILE_SIZE },
		{ "DNS_QUERIES_MAX", DNS_QUERIES_MAX },
		{ "DNS_QUERY_SIZE", DNS_QUERY_SIZE },
		{ "DNS_ANSWER_SIZE", DNS_ANSWER_SIZE },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		char row[128];

		snprintf(row, sizeof(row), "\n| %s | %lu |", limits[i].name, limits[i].number);
		if (!strstr(page, row))
			complain(PAGE, "the table of limits does not have", row + 1);
	}
}

int main(void)
{
	static const struct test tests[] = {
		{ "payloads are the page's", payloads_are_the_pages },
		{ "every number of the header has its row",
		  every_number_of_the_header_has_its_row },
		{ "limits are the page's", limits_are_the_pages },
	};

	page = file_read(PAGE);
	header = file_read(HEADER);
	return test_run_all("protocol_page_test", tests, sizeof(tests) / sizeof(tests[0]));
}
