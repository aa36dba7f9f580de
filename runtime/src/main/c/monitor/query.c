/* SPDX-License-Identifier: Apache-2.0 */
#include "query.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "little_endian.h"
#include "resolver_place.h"

/* DNS_ANSWER's payload up to the answer: NUMBER, and the header of BYTES. */
#define ANSWER_HEAD (FIELD_HEADER_SIZE + sizeof(uint32_t) + FIELD_HEADER_SIZE)

/* Of a query and its answer, in whole pages. */
#define PAGE_SIZE 4096
#define QUERY_SIZE (17 * PAGE_SIZE)
_Static_assert(ANSWER_HEAD + DNS_ANSWER_SIZE <= QUERY_SIZE, "an answer fits");
_Static_assert(2 + DNS_QUERY_SIZE <= QUERY_SIZE, "a query fits");

int queries_open(struct query *queries, size_t count)
{
	uint8_t *bytes = mmap(NULL, count * QUERY_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (bytes == MAP_FAILED)
		return -1;
	for (size_t i = 0; i < count; i++)
		queries[i] = (struct query){ .fd = -1, .bytes = bytes + i * QUERY_SIZE };
	return 0;
}

static void query_settle(struct query *query, enum query_state state)
{
	if (query->fd >= 0)
		close(query->fd);
	query->fd = -1;
	query->state = state;
}

/* The answer of `length` bytes is where it belongs; around it the payload is built. */
static void query_answered(struct query *query, size_t length)
{
	struct field_writer writer = field_writer(query->bytes, QUERY_SIZE);
	size_t mark;

	if (length < DNS_HEADER_SIZE) {
		query_settle(query, QUERY_REFUSED);
		return;
	}
	field_put_u32(&writer, FIELD_NUMBER, query->number);
	mark = field_group_begin(&writer, FIELD_BYTES);
	writer.length += length;
	field_group_end(&writer, mark);
	query->length = writer.length;
	query->done = 0;
	query_settle(query, QUERY_ANSWERED);
}

/* A socket that has nothing now will; any other error is the end. */
static void query_stopped(struct query *query)
{
	if (errno != EAGAIN && errno != EINTR)
		query_settle(query, QUERY_REFUSED);
}

static void datagram_receive(struct query *query)
{
	ssize_t got = recv(query->fd, query->bytes + ANSWER_HEAD, DNS_ANSWER_SIZE, MSG_DONTWAIT);

	if (got < 0)
		query_stopped(query);
	else
		query_answered(query, (size_t)got);
}

/* Two bytes of length, then as many. */
static void stream_receive(struct query *query)
{
	size_t head = sizeof(query->prefix);
	ssize_t got;

	do {
		uint8_t *place = query->done < head
				     ? query->prefix + query->done
				     : query->bytes + ANSWER_HEAD + query->done - head;
		size_t end = query->done < head ? head : query->length;

		got = recv(query->fd, place, end - query->done, MSG_DONTWAIT);
		if (got > 0)
			query->done += (size_t)got;
		if (query->done == head)
			query->length = head + ((size_t)query->prefix[0] << 8 | query->prefix[1]);
	} while (got > 0 && (query->done < head || query->done < query->length));
	if (got > 0)
		query_answered(query, query->length - head);
	else if (got == 0)
		query_settle(query, QUERY_REFUSED);
	else
		query_stopped(query);
}

static int query_watch(const struct query *query, int epoll_fd, int change, uint32_t index)
{
	struct epoll_event event = { .events = query->state == QUERY_SENDING ? EPOLLOUT : EPOLLIN,
				     .data.u32 = index };

	return epoll_ctl(epoll_fd, change, query->fd, &event);
}

static void query_send(struct query *query, int epoll_fd, uint32_t index)
{
	ssize_t put = send(query->fd, query->bytes + query->done, query->length - query->done,
			   MSG_NOSIGNAL | MSG_DONTWAIT);

	if (put < 0) {
		query_stopped(query);
		return;
	}
	query->done += (size_t)put;
	if (query->done < query->length)
		return;
	query->state = QUERY_AWAITED;
	query->done = 0;
	if (query_watch(query, epoll_fd, EPOLL_CTL_MOD, index))
		query_settle(query, QUERY_REFUSED);
}

void query_begin(struct query *query, const struct field *message, int epoll_fd, uint32_t index)
{
	size_t head = query->tcp ? sizeof(query->prefix) : 0;

	query->fd = resolver_connect(query->tcp ? SOCK_STREAM : SOCK_DGRAM);
	query->state = QUERY_SENDING;
	query->done = 0;
	query->length = head + message->length;
	query->bytes[0] = (uint8_t)(message->length >> 8);
	query->bytes[1] = (uint8_t)message->length;
	memcpy(query->bytes + head, message->bytes, message->length);
	if (query->fd < 0 || query_watch(query, epoll_fd, EPOLL_CTL_ADD, index))
		query_settle(query, QUERY_REFUSED);
	else
		query_send(query, epoll_fd, index);
}

void query_woken(struct query *query, int epoll_fd, uint32_t index)
{
	if (query->state == QUERY_SENDING)
		query_send(query, epoll_fd, index);
	else if (query->state == QUERY_AWAITED && query->tcp)
		stream_receive(query);
	else if (query->state == QUERY_AWAITED)
		datagram_receive(query);
}

void query_end(struct query *query)
{
	bool large = query->length > PAGE_SIZE;

	query_settle(query, QUERY_FREE);
	if (large)
		madvise(query->bytes, QUERY_SIZE, MADV_DONTNEED);
}
