/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../channel_socket.h"
#include "test.h"

static struct channel *with_peer(int *peer)
{
	int pair[2];

	EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	*peer = pair[1];
	return channel_from_socket(pair[0]);
}

static void bytes_pass_both_ways(void)
{
	char bytes[16];
	int peer;
	struct channel *channel = with_peer(&peer);

	EXPECT(channel_read(channel, bytes, sizeof(bytes)) == -1 && errno == EAGAIN);
	EXPECT(write(peer, "to", 2) == 2);
	EXPECT(channel_read(channel, bytes, sizeof(bytes)) == 2 && memcmp(bytes, "to", 2) == 0);
	EXPECT(channel_write(channel, "fro", 3) == 3);
	EXPECT(read(peer, bytes, sizeof(bytes)) == 3 && memcmp(bytes, "fro", 3) == 0);
	close(peer);
	channel_close(channel);
}

static void poll_wakes_for_what_is_wanted(void)
{
	int peer;
	struct channel *channel = with_peer(&peer);
	struct pollfd ready = { .fd = channel_fd(channel),
				.events = channel_events(channel, true, false) };

	EXPECT(poll(&ready, 1, 0) == 0);
	EXPECT(write(peer, "x", 1) == 1);
	EXPECT(poll(&ready, 1, 1000) == 1 && ready.revents == POLLIN);
	channel_awake(channel);
	ready.events = channel_events(channel, false, true);
	EXPECT(poll(&ready, 1, 1000) == 1 && ready.revents == POLLOUT);
	EXPECT(channel_events(channel, false, false) == 0);
	close(peer);
	channel_close(channel);
}

static void full_channel_says_again(void)
{
	static const char bytes[65536];
	ssize_t count = 0;
	int peer;
	struct channel *channel = with_peer(&peer);

	for (int i = 0; i < 1000 && count >= 0; i++)
		count = channel_write(channel, bytes, sizeof(bytes));
	EXPECT(count == -1 && errno == EAGAIN);
	close(peer);
	channel_close(channel);
}

static void what_a_peer_sent_before_it_left_is_read_first(void)
{
	char bytes[16];
	int peer;
	struct channel *channel = with_peer(&peer);

	EXPECT(write(peer, "last", 4) == 4);
	close(peer);
	EXPECT(channel_read(channel, bytes, sizeof(bytes)) == 4);
	EXPECT(channel_read(channel, bytes, sizeof(bytes)) == 0);
	EXPECT(channel_write(channel, "x", 1) == 0);
	channel_close(channel);
}

static void peer_that_left_bytes_unread_is_gone(void)
{
	char bytes[16];
	int peer;
	struct channel *channel = with_peer(&peer);

	EXPECT(channel_write(channel, "unread", 6) == 6);
	close(peer);
	EXPECT(channel_read(channel, bytes, sizeof(bytes)) == 0);
	EXPECT(channel_write(channel, "x", 1) == 0);
	channel_close(channel);
}

int main(void)
{
	static const struct test tests[] = {
		{ "bytes pass both ways", bytes_pass_both_ways },
		{ "poll wakes for what is wanted", poll_wakes_for_what_is_wanted },
		{ "full channel says EAGAIN", full_channel_says_again },
		{ "what a peer sent before it left is read first",
		  what_a_peer_sent_before_it_left_is_read_first },
		{ "peer that left bytes unread is gone", peer_that_left_bytes_unread_is_gone },
	};

	return test_run_all("channel_socket_test", tests, sizeof(tests) / sizeof(tests[0]));
}
