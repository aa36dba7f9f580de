/* SPDX-License-Identifier: Apache-2.0 */
/* Both ends of a ring over plain memory, and ends that lie. */
#include "../vchan_ring.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "test.h"

/* What both domains see: the bytes by their offsets in libxenvchan.h, and the rings' pages. */
struct shared {
	_Alignas(8) uint8_t page[VCHAN_PAGE_SIZE];
	uint8_t left[1 << VCHAN_ORDER_PAGES], right[1 << VCHAN_ORDER_PAGES];
};

enum offset {
	LEFT_CONS = 0,
	LEFT_PROD = 4,
	RIGHT_CONS = 8,
	RIGHT_PROD = 12,
	LEFT_ORDER = 16,
	RIGHT_ORDER = 18,
	CLIENT_LIVE = 20,
	SERVER_LIVE = 21,
	CLIENT_NOTIFY = 22,
	SERVER_NOTIFY = 23,
	GRANTS = 24,
};

#define NOTIFY_WRITE 1
#define NOTIFY_READ 2

static void poke32(struct shared *shared, enum offset offset, uint32_t value)
{
	memcpy(shared->page + offset, &value, sizeof(value));
}

static uint32_t peek32(const struct shared *shared, enum offset offset)
{
	uint32_t value;

	memcpy(&value, shared->page + offset, sizeof(value));
	return value;
}

struct ends {
	struct shared *shared;
	struct vchan_ring server, client;
};

static struct ends with_ends(unsigned int left, unsigned int right)
{
	static const uint32_t grants[] = { 101, 102 };
	struct vchan_orders orders = { .left = left, .right = right };
	struct ends ends = { .shared = calloc(1, sizeof(struct shared)) };
	struct vchan_interface *page = (void *)ends.shared->page;

	vchan_page_offer(page, orders, grants);
	ends.server = vchan_ring(page, VCHAN_SERVER, orders, ends.shared->left, ends.shared->right);
	vchan_ring_open(&ends.server);
	ends.client = vchan_ring(page, VCHAN_CLIENT, orders, ends.shared->left, ends.shared->right);
	return ends;
}

static struct ends with_open_ends(void)
{
	struct ends ends = with_ends(VCHAN_ORDER_PAGES, VCHAN_ORDER_PAGES);

	vchan_ring_open(&ends.client);
	return ends;
}

static void layout_is_that_of_libxenvchan(void)
{
	struct ends ends = with_ends(VCHAN_ORDER_PAGES, VCHAN_ORDER_PAGES);
	uint8_t *page = ends.shared->page;
	bool notify;

	EXPECT(page[LEFT_ORDER] == 12 && page[RIGHT_ORDER] == 12);
	EXPECT(peek32(ends.shared, GRANTS) == 101 && peek32(ends.shared, GRANTS + 4) == 102);
	EXPECT(page[CLIENT_LIVE] == 2 && page[SERVER_LIVE] == 1);
	EXPECT(page[CLIENT_NOTIFY] == NOTIFY_WRITE && page[SERVER_NOTIFY] == 0);
	vchan_ring_open(&ends.client);
	EXPECT(page[CLIENT_LIVE] == 1 && page[SERVER_NOTIFY] == NOTIFY_WRITE);
	EXPECT(vchan_ring_write(&ends.client, "left", 4, &notify) == 4);
	EXPECT(peek32(ends.shared, LEFT_PROD) == 4 && memcmp(ends.shared->left, "left", 4) == 0);
	EXPECT(vchan_ring_write(&ends.server, "right", 5, &notify) == 5);
	EXPECT(peek32(ends.shared, RIGHT_PROD) == 5);
	EXPECT(memcmp(ends.shared->right, "right", 5) == 0);
	free(ends.shared);
}

/* Moves more than a ring holds, in pieces of ever other sizes, and compares. */
static void pump(struct vchan_ring *from, struct vchan_ring *to, size_t total)
{
	uint8_t out[700], in[700];
	size_t sent = 0, got = 0, wrong = 0, size = 1;
	bool notify;

	while (got < total) {
		size_t count = size = size * 7 % 701;
		ssize_t moved;

		count = count < total - sent ? count : total - sent;
		for (size_t i = 0; i < count; i++)
			out[i] = (uint8_t)((sent + i) * 13 >> 2);
		moved = count ? vchan_ring_write(from, out, count, &notify) : 0;
		sent += moved > 0 ? (size_t)moved : 0;
		moved = vchan_ring_read(to, in, sizeof(in) - size, &notify);
		for (ssize_t i = 0; i < moved; i++)
			wrong += in[i] != (uint8_t)(got++ * 13 >> 2);
		if (moved <= 0 && count == 0)
			break;
	}
	EXPECT(got == total && wrong == 0);
}

static void bytes_pass_both_ways_in_rings_of_every_place(void)
{
	static const struct vchan_orders all[] = { { 10, 11 }, { 11, 10 }, { 10, 12 },
						   { 12, 10 }, { 11, 12 }, { 12, 12 } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct ends ends = with_ends(all[i].left, all[i].right);

		vchan_ring_open(&ends.client);
		pump(&ends.client, &ends.server, 50000);
		pump(&ends.server, &ends.client, 50000);
		free(ends.shared);
	}
}

static void indices_run_over_their_32_bits(void)
{
	struct ends ends = with_open_ends();
	struct vchan_orders orders = { 12, 12 };
	struct vchan_interface *page = (void *)ends.shared->page;

	poke32(ends.shared, LEFT_PROD, 0xfffffff0);
	poke32(ends.shared, LEFT_CONS, 0xfffffff0);
	ends.server = vchan_ring(page, VCHAN_SERVER, orders, ends.shared->left, ends.shared->right);
	ends.client = vchan_ring(page, VCHAN_CLIENT, orders, ends.shared->left, ends.shared->right);
	pump(&ends.client, &ends.server, 20000);
	free(ends.shared);
}

static void server_writes_before_the_client_comes(void)
{
	struct ends ends = with_ends(12, 12);
	char bytes[16];
	bool notify;

	EXPECT(vchan_ring_read(&ends.server, bytes, sizeof(bytes), &notify) == -1);
	EXPECT(errno == EAGAIN);
	EXPECT(vchan_ring_write(&ends.server, "hello", 5, &notify) == 5 && !notify);
	vchan_ring_open(&ends.client);
	EXPECT(vchan_ring_read(&ends.client, bytes, sizeof(bytes), &notify) == 5);
	free(ends.shared);
}

static void what_a_peer_wrote_before_it_left_is_read_first(void)
{
	struct ends ends = with_open_ends();
	char bytes[16];
	bool notify;

	EXPECT(vchan_ring_write(&ends.client, "last", 4, &notify) == 4);
	vchan_ring_close(&ends.client);
	EXPECT(vchan_ring_read(&ends.server, bytes, 2, &notify) == 2);
	EXPECT(vchan_ring_read(&ends.server, bytes, sizeof(bytes), &notify) == 2);
	EXPECT(vchan_ring_read(&ends.server, bytes, sizeof(bytes), &notify) == 0);
	EXPECT(vchan_ring_write(&ends.server, "x", 1, &notify) == 0);
	free(ends.shared);
}

static void peer_is_told_only_of_what_it_asked(void)
{
	static uint8_t bytes[1 << 12];
	struct ends ends = with_open_ends();
	bool notify;

	EXPECT(vchan_ring_write(&ends.client, "a", 1, &notify) == 1 && notify);
	EXPECT(vchan_ring_write(&ends.client, "b", 1, &notify) == 1 && !notify);
	EXPECT(vchan_ring_read(&ends.server, bytes, 2, &notify) == 2 && !notify);
	EXPECT(vchan_ring_write(&ends.client, "c", 1, &notify) == 1 && !notify);
	/* A read that was cut short asks to be told of more. */
	EXPECT(vchan_ring_read(&ends.server, bytes, 2, &notify) == 1 && !notify);
	EXPECT(vchan_ring_write(&ends.client, "d", 1, &notify) == 1 && notify);
	/* A write that was cut short asks to be told of room. */
	EXPECT(vchan_ring_write(&ends.client, bytes, sizeof(bytes), &notify) == sizeof(bytes) - 1);
	EXPECT(vchan_ring_write(&ends.client, bytes, 1, &notify) == -1 && errno == EAGAIN);
	EXPECT(vchan_ring_read(&ends.server, bytes, 1, &notify) == 1 && notify);
	EXPECT(vchan_ring_read(&ends.server, bytes, 1, &notify) == 1 && !notify);
	free(ends.shared);
}

static void reader_refuses_an_index_that_cannot_be(void)
{
	static const uint32_t lies[] = { 4097, 5000, 0x7fffffff, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct ends ends = with_open_ends();
		char bytes[16];
		bool notify;

		poke32(ends.shared, RIGHT_PROD, lies[i]);
		EXPECT(vchan_ring_read(&ends.client, bytes, sizeof(bytes), &notify) == -1);
		EXPECT(errno == EPROTO && !notify);
		/* Once caught, a liar is not believed again. */
		poke32(ends.shared, RIGHT_PROD, 1);
		EXPECT(vchan_ring_read(&ends.client, bytes, sizeof(bytes), &notify) == -1);
		EXPECT(errno == EPROTO);
		EXPECT(vchan_ring_write(&ends.client, "x", 1, &notify) == -1 && errno == EPROTO);
		free(ends.shared);
	}
}

static void writer_refuses_an_index_that_cannot_be(void)
{
	static const uint32_t lies[] = { 11, 0x7fffffff, 0x80000000, 0xffffefff };

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct ends ends = with_open_ends();
		bool notify;

		EXPECT(vchan_ring_write(&ends.client, "0123456789", 10, &notify) == 10);
		poke32(ends.shared, LEFT_CONS, lies[i]);
		EXPECT(vchan_ring_write(&ends.client, "x", 1, &notify) == -1);
		EXPECT(errno == EPROTO && !notify);
		free(ends.shared);
	}
}

static void own_index_is_not_read_back(void)
{
	struct ends ends = with_open_ends();
	char bytes[16];
	bool notify;

	EXPECT(vchan_ring_write(&ends.server, "0123456789", 10, &notify) == 10);
	EXPECT(vchan_ring_read(&ends.client, bytes, 3, &notify) == 3);
	poke32(ends.shared, RIGHT_CONS, 9);
	EXPECT(vchan_ring_read(&ends.client, bytes, 3, &notify) == 3);
	EXPECT(memcmp(bytes, "345", 3) == 0 && peek32(ends.shared, RIGHT_CONS) == 6);
	free(ends.shared);
}

static void orders_that_cannot_be_are_refused(void)
{
	static const struct {
		uint16_t left, right;
		bool possible;
	} cases[] = {
		{ 12, 12, true },     { 10, 11, true },	 { 11, 10, true },  { 16, 16, true },
		{ 20, 20, true },     { 10, 16, true },	 { 11, 20, true },  { 10, 10, false },
		{ 11, 11, false },    { 9, 12, false },	 { 12, 9, false },  { 0, 12, false },
		{ 21, 12, false },    { 12, 21, false }, { 32, 12, false }, { 65535, 12, false },
		{ 12, 65535, false }, { 10, 20, false }, { 20, 10, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct shared *shared = calloc(1, sizeof(*shared));
		struct vchan_orders orders;

		memcpy(shared->page + LEFT_ORDER, &cases[i].left, 2);
		memcpy(shared->page + RIGHT_ORDER, &cases[i].right, 2);
		EXPECT(vchan_page_orders((void *)shared->page, &orders) == cases[i].possible);
		EXPECT(!cases[i].possible ||
		       (orders.left == cases[i].left && orders.right == cases[i].right));
		free(shared);
	}
}

static void order_is_the_smallest_that_holds_a_size(void)
{
	EXPECT(vchan_order_for(1) == 12 && vchan_order_for(4096) == 12);
	EXPECT(vchan_order_for(4097) == 13 && vchan_order_for(65536) == 16);
	EXPECT(vchan_order_for(1 << 20) == 20 && vchan_order_for((1 << 20) + 1) == 0);
	EXPECT(vchan_order_pages(11) == 0 && vchan_order_pages(12) == 1);
	EXPECT(vchan_order_pages(20) == 256);
}

/* One side of a conversation in which nobody looks at the ring without having been told to. */
struct talker {
	struct vchan_ring *ring;
	int told, tell; /* eventfds in the place of event channels */
	size_t sent, got, wrong;
};

#define TALK_BYTES ((size_t)4 << 20)

static size_t talker_move(struct talker *talker)
{
	uint8_t out[1500], in[2500];
	size_t count = TALK_BYTES - talker->sent, moved = 0;
	const uint64_t one = 1;
	bool notify = false;
	ssize_t result;

	count = count < sizeof(out) ? count : sizeof(out);
	for (size_t i = 0; i < count; i++)
		out[i] = (uint8_t)((talker->sent + i) * 5 >> 3);
	result = count ? vchan_ring_write(talker->ring, out, count, &notify) : -1;
	if (notify)
		EXPECT(write(talker->tell, &one, sizeof(one)) == sizeof(one));
	if (result > 0)
		talker->sent += moved += (size_t)result;
	result = vchan_ring_read(talker->ring, in, sizeof(in), &notify);
	if (notify)
		EXPECT(write(talker->tell, &one, sizeof(one)) == sizeof(one));
	for (ssize_t i = 0; i < result; i++)
		talker->wrong += in[i] != (uint8_t)(talker->got++ * 5 >> 3);
	return moved + (result > 0 ? (size_t)result : 0);
}

static void *talker_run(void *context)
{
	struct talker *talker = context;
	struct pollfd told = { .fd = talker->told, .events = POLLIN };
	uint64_t count;

	while (talker->sent < TALK_BYTES || talker->got < TALK_BYTES) {
		if (talker_move(talker) > 0)
			continue;
		if (poll(&told, 1, 5000) <= 0)
			break;
		EXPECT(read(talker->told, &count, sizeof(count)) == sizeof(count));
	}
	return NULL;
}

static void no_wake_up_is_lost(void)
{
	struct ends ends = with_open_ends();
	int to_server = eventfd(0, EFD_CLOEXEC), to_client = eventfd(0, EFD_CLOEXEC);
	struct talker server = { .ring = &ends.server, .told = to_server, .tell = to_client };
	struct talker client = { .ring = &ends.client, .told = to_client, .tell = to_server };
	pthread_t thread;

	EXPECT(pthread_create(&thread, NULL, talker_run, &client) == 0);
	talker_run(&server);
	pthread_join(thread, NULL);
	EXPECT(server.sent == TALK_BYTES && server.got == TALK_BYTES && server.wrong == 0);
	EXPECT(client.sent == TALK_BYTES && client.got == TALK_BYTES && client.wrong == 0);
	close(to_server);
	close(to_client);
	free(ends.shared);
}

int main(void)
{
	static const struct test tests[] = {
		{ "layout is that of libxenvchan", layout_is_that_of_libxenvchan },
		{ "bytes pass both ways in rings of every place",
		  bytes_pass_both_ways_in_rings_of_every_place },
		{ "indices run over their 32 bits", indices_run_over_their_32_bits },
		{ "server writes before the client comes", server_writes_before_the_client_comes },
		{ "what a peer wrote before it left is read first",
		  what_a_peer_wrote_before_it_left_is_read_first },
		{ "peer is told only of what it asked", peer_is_told_only_of_what_it_asked },
		{ "reader refuses an index that cannot be",
		  reader_refuses_an_index_that_cannot_be },
		{ "writer refuses an index that cannot be",
		  writer_refuses_an_index_that_cannot_be },
		{ "own index is not read back", own_index_is_not_read_back },
		{ "orders that cannot be are refused", orders_that_cannot_be_are_refused },
		{ "order is the smallest that holds a size",
		  order_is_the_smallest_that_holds_a_size },
		{ "no wake-up is lost", no_wake_up_is_lost },
	};

	return test_run_all("vchan_ring_test", tests, sizeof(tests) / sizeof(tests[0]));
}
