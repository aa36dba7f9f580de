/* SPDX-License-Identifier: Apache-2.0 */
#include "resolver.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"

/* A busy guest asks far less; a hostile one costs dom0 no more than this. What is more waits, and
 * the guest, which has only so many queries under way, with it. */
#define QUERIES_A_SECOND 1000
#define QUERIES_AT_ONCE 256
#define QUERY_MS 10000
#define QUERY_COST 1000 /* of the allowance, which grows each millisecond */
/* Queries that were held are asked so many at a time, and not with a wake-up for each. */
#define QUERIES_RESUMED 16

#define WOKEN_MAX 32
/* An answer is cut where there is room for so much of it: a busy channel seldom has more. */
#define PART_MIN 4096

int resolver_open(struct resolver *resolver, struct failure *failure)
{
	resolver->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (resolver->epoll_fd < 0 || queries_open(resolver->queries, DNS_QUERIES_MAX))
		return failure_errno(failure, errno, "make ready for queries for names");
	resolver->allowance = QUERIES_AT_ONCE * QUERY_COST;
	resolver->allowed_at = clock_ms();
	return 0;
}

static void allowance_reckon(struct resolver *resolver)
{
	int64_t now = clock_ms();

	resolver->allowance += (now - resolver->allowed_at) * QUERIES_A_SECOND;
	resolver->allowed_at = now;
	if (resolver->allowance > QUERIES_AT_ONCE * QUERY_COST)
		resolver->allowance = QUERIES_AT_ONCE * QUERY_COST;
}

static void query_refuse(struct resolver *resolver, uint32_t number)
{
	if (resolver->refused_count < DNS_QUERIES_MAX)
		resolver->refused[resolver->refused_count++] = number;
}

static void query_free(struct resolver *resolver, struct query *query)
{
	if (query->state == QUERY_HELD)
		resolver->held--;
	query_end(query);
	resolver->open--;
}

/* Frees it if it was refused. */
static void query_look(struct resolver *resolver, struct query *query)
{
	if (query->state != QUERY_REFUSED)
		return;
	query_refuse(resolver, query->number);
	query_free(resolver, query);
}

enum verdict resolver_ask(struct monitor *monitor, struct payload payload)
{
	struct resolver *resolver = &monitor->resolver;
	uint32_t number = payload_u32(payload, FIELD_NUMBER, 0), index = 0;
	struct field message;

	payload_find(payload, FIELD_BYTES, &message);
	if (message.length < DNS_HEADER_SIZE)
		return protocol_broken(monitor, "the guest sends a malformed DNS_QUERY");
	while (index < DNS_QUERIES_MAX && resolver->queries[index].state != QUERY_FREE)
		index++;
	if (index == DNS_QUERIES_MAX) {
		query_refuse(resolver, number);
		return TAKEN;
	}
	resolver->open++;
	resolver->held++;
	resolver->queries[index].number = number;
	resolver->queries[index].tcp = payload_u32(payload, FIELD_TCP, 0);
	resolver->queries[index].deadline = clock_ms() + QUERY_MS;
	query_hold(&resolver->queries[index], &message);
	return TAKEN;
}

/* The one that has been held for the longest time. */
static uint32_t held_first(const struct resolver *resolver)
{
	uint32_t first = DNS_QUERIES_MAX;

	for (uint32_t i = 0; i < DNS_QUERIES_MAX; i++)
		if (resolver->queries[i].state == QUERY_HELD &&
		    (first == DNS_QUERIES_MAX ||
		     resolver->queries[i].deadline < resolver->queries[first].deadline))
			first = i;
	return first;
}

/* Asks what the guest may ask now. */
static void held_ask(struct resolver *resolver)
{
	if (resolver->held == 0)
		return;
	allowance_reckon(resolver);
	if (resolver->held_back && resolver->allowance < QUERIES_RESUMED * QUERY_COST)
		return;
	while (resolver->held > 0 && resolver->allowance >= QUERY_COST) {
		uint32_t index = held_first(resolver);

		resolver->allowance -= QUERY_COST;
		resolver->held--;
		query_begin(&resolver->queries[index], resolver->epoll_fd, index);
		query_look(resolver, &resolver->queries[index]);
	}
	resolver->held_back = resolver->held > 0;
}

void resolver_woken(struct resolver *resolver)
{
	struct epoll_event events[WOKEN_MAX];
	int count = epoll_wait(resolver->epoll_fd, events, WOKEN_MAX, 0);

	for (int i = 0; i < count; i++) {
		struct query *query = &resolver->queries[events[i].data.u32];

		query_woken(query, resolver->epoll_fd, events[i].data.u32);
		query_look(resolver, query);
	}
}

static bool query_waits(const struct query *query)
{
	return query->state == QUERY_HELD || query->state == QUERY_SENDING ||
	       query->state == QUERY_AWAITED;
}

/* When held_ask() can ask again; -1 = nothing is held. */
static int64_t held_deadline(const struct resolver *resolver)
{
	int64_t missing = QUERIES_RESUMED * QUERY_COST - resolver->allowance;

	if (resolver->held == 0)
		return -1;
	return resolver->allowed_at + (missing + QUERIES_A_SECOND - 1) / QUERIES_A_SECOND;
}

int64_t resolver_deadline(const struct resolver *resolver)
{
	int64_t deadline = held_deadline(resolver);

	for (size_t i = 0; resolver->open && i < DNS_QUERIES_MAX; i++) {
		const struct query *query = &resolver->queries[i];

		if (query_waits(query))
			deadline = clock_earlier(deadline, query->deadline);
	}
	return deadline;
}

static void queries_give_up(struct resolver *resolver)
{
	int64_t now = resolver->open ? clock_ms() : 0;

	for (size_t i = 0; resolver->open && i < DNS_QUERIES_MAX; i++) {
		struct query *query = &resolver->queries[i];

		if (!query_waits(query) || now < query->deadline)
			continue;
		query_refuse(resolver, query->number);
		query_free(resolver, query);
	}
}

static bool refusal_send(struct monitor *monitor)
{
	struct resolver *resolver = &monitor->resolver;
	struct frame frame = { .type = FRAME_DNS_ANSWER };
	uint8_t bytes[FIELD_HEADER_SIZE + sizeof(uint32_t)];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	if (resolver->refused_count == 0)
		return false;
	field_put_u32(&writer, FIELD_NUMBER, resolver->refused[resolver->refused_count - 1]);
	frame.length = (uint32_t)writer.length;
	if (!queue_append_frame(&monitor->to_guest, &frame, bytes))
		return false;
	resolver->refused_count--;
	return true;
}

/* The next part of the answer that is under way, or all that is left of it. */
static bool part_send(struct monitor *monitor)
{
	struct resolver *resolver = &monitor->resolver;
	struct query *query = resolver->sending;
	size_t left = query->length - query->done, room = queue_room(&monitor->to_guest), part;
	struct frame frame = { .type = FRAME_DNS_ANSWER };

	if (room < FRAME_HEADER_SIZE + (left < PART_MIN ? left : PART_MIN))
		return false;
	part = room - FRAME_HEADER_SIZE;
	if (part > FRAME_PAYLOAD_MAX)
		part = FRAME_PAYLOAD_MAX;
	if (part > left)
		part = left;
	frame.flags = part < left ? FRAME_MORE : 0;
	frame.length = (uint32_t)part;
	queue_append_frame(&monitor->to_guest, &frame, query->bytes + query->done);
	query->done += part;
	if (query->done == query->length) {
		query_free(resolver, query);
		resolver->sending = NULL;
	}
	return true;
}

static struct query *answer_next(struct resolver *resolver)
{
	for (size_t i = 0; resolver->open && i < DNS_QUERIES_MAX; i++)
		if (resolver->queries[i].state == QUERY_ANSWERED)
			return &resolver->queries[i];
	return NULL;
}

bool resolver_pump(struct monitor *monitor)
{
	struct resolver *resolver = &monitor->resolver;
	bool moved = false;

	if (monitor->phase != PHASE_SERVING)
		return false;
	queries_give_up(resolver);
	held_ask(resolver);
	for (;;) {
		/* Nothing comes between the parts of an answer. */
		while (!resolver->sending && refusal_send(monitor))
			moved = true;
		if (!resolver->sending)
			resolver->sending = answer_next(resolver);
		if (!resolver->sending || !part_send(monitor))
			return moved;
		moved = true;
	}
}

void resolver_drop(struct resolver *resolver)
{
	for (size_t i = 0; resolver->open && i < DNS_QUERIES_MAX; i++)
		if (resolver->queries[i].state != QUERY_FREE)
			query_free(resolver, &resolver->queries[i]);
	resolver->sending = NULL;
	resolver->refused_count = 0;
	resolver->held_back = false;
}
