/* SPDX-License-Identifier: Apache-2.0 */
#include "resolver_queries.h"

#include <string.h>

#include "clock.h"
#include "field.h"
#include "loop.h"

/* The host gives up after 10 s; the rest is for its answer's way. */
#define QUERY_MS 15000

/* The header of RFC 1035, 4.1.1: its third and fourth byte, and where it counts questions. */
#define FLAGS_ANSWER 0x80 /* in the third */
#define FLAGS_KEPT 0x79	  /* what was asked for, and whether recursion is wanted */
#define FLAGS_FAILED 0x82 /* in the fourth: recursion is there, SERVFAIL */
#define QUESTIONS_AT 4
#define LABEL_MAX 63

bool query_valid(const uint8_t *bytes, size_t length)
{
	return length >= DNS_HEADER_SIZE && length <= DNS_QUERY_SIZE && !(bytes[2] & FLAGS_ANSWER);
}

/* Where the one question of a query ends; 0 if it has none or more, or cannot be read. */
static size_t question_end(const uint8_t *bytes, size_t length)
{
	size_t end = DNS_HEADER_SIZE;

	if (bytes[QUESTIONS_AT] != 0 || bytes[QUESTIONS_AT + 1] != 1)
		return 0;
	while (end < length && bytes[end] != 0) {
		if (bytes[end] > LABEL_MAX)
			return 0;
		end += 1u + bytes[end];
	}
	end += 1 + 4;
	return end <= length && end <= REFUSAL_MAX ? end : 0;
}

size_t query_refusal(const uint8_t *bytes, size_t length, uint8_t refusal[REFUSAL_MAX])
{
	size_t end = question_end(bytes, length);

	memcpy(refusal, bytes, end ? end : DNS_HEADER_SIZE);
	refusal[2] = (uint8_t)(FLAGS_ANSWER | (bytes[2] & FLAGS_KEPT));
	refusal[3] = FLAGS_FAILED;
	memset(refusal + QUESTIONS_AT, 0, DNS_HEADER_SIZE - QUESTIONS_AT);
	refusal[QUESTIONS_AT + 1] = end ? 1 : 0;
	return end ? end : DNS_HEADER_SIZE;
}

static void query_put(struct loop *loop, uint32_t number, bool tcp, const uint8_t *bytes,
		      size_t length)
{
	struct field_writer writer = field_writer(outbox_payload(&loop->outbox), FRAME_PAYLOAD_MAX);

	field_put_u32(&writer, FIELD_NUMBER, number);
	if (tcp)
		field_put_u32(&writer, FIELD_TCP, 1);
	field_put(&writer, FIELD_BYTES, bytes, length);
	outbox_frame(&loop->outbox, FRAME_DNS_QUERY, 0, writer.length);
}

struct query *query_send(struct loop *loop, struct queries *queries, bool tcp, const uint8_t *bytes,
			 size_t length)
{
	for (size_t i = 0; i < DNS_QUERIES_MAX; i++) {
		struct query *query = &queries->table[i];

		if (query->open)
			continue;
		query->open = true;
		query->number = queries->next_number++;
		query->deadline = clock_ms() + QUERY_MS;
		query->connection = NULL;
		query->client = (struct sockaddr_in){ .sin_port = 0 };
		query->refusal_length = query_refusal(bytes, length, query->refusal);
		queries->open++;
		query_put(loop, query->number, tcp, bytes, length);
		return query;
	}
	return NULL;
}

struct query *query_find(struct queries *queries, uint32_t number)
{
	for (size_t i = 0; i < DNS_QUERIES_MAX; i++)
		if (queries->table[i].open && queries->table[i].number == number)
			return &queries->table[i];
	return NULL;
}

void query_close(struct queries *queries, struct query *query)
{
	query->open = false;
	queries->open--;
}

int64_t queries_deadline(const struct queries *queries)
{
	int64_t deadline = -1;

	for (size_t i = 0; queries->open && i < DNS_QUERIES_MAX; i++)
		if (queries->table[i].open)
			deadline = clock_earlier(deadline, queries->table[i].deadline);
	return deadline;
}
