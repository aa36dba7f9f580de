/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queries for names: a process in the container's cgroup and network asks at 127.0.0.11, port 53,
 * and this process, as the host, answers.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf.h"
#include "clock.h"
#include "guest.h"
#include "payload.h"
#include "test.h"

#define SOON_MS 5000
#define NEVER_MS 200
#define QUERY_LENGTH 21
#define HELD_MAX 512

static struct guest guest;
static struct fields fields;

/* The host's part: each query is kept; it is answered at once, unless it is held. */
static struct held_query {
	uint32_t number;
	bool tcp;
	uint8_t bytes[DNS_QUERY_SIZE];
	size_t length;
} held[HELD_MAX];
static uint32_t held_count, answered;
static bool holding, backwards; /* the last query is answered first */
static size_t answer_length;	/* 0 = refused */

/* The answer is the query, marked as one, then zeros. */
static void answer_say(const struct held_query *query)
{
	static uint8_t bytes[DNS_ANSWER_SIZE];

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, query->bytes, query->length < answer_length ? query->length : answer_length);
	bytes[2] |= 0x80;
	fields_begin(&fields);
	field_put_u32(&fields.writer, FIELD_NUMBER, query->number);
	if (answer_length)
		field_put(&fields.writer, FIELD_BYTES, bytes, answer_length);
	guest_say(&guest, FRAME_DNS_ANSWER, 0, &fields);
}

static void answers_release(void)
{
	holding = false;
	for (; answered < held_count; answered++)
		answer_say(&held[backwards ? held_count - 1 - answered : answered]);
}

static void asked(struct guest *unused, const uint8_t *bytes, size_t length)
{
	struct payload payload = { .bytes = bytes, .length = length };
	struct held_query *query = &held[held_count];
	struct field message;

	(void)unused;
	EXPECT(payload_valid(FROM_AGENT, FRAME_DNS_QUERY, payload));
	if (test_failures || held_count == HELD_MAX ||
	    !payload_find(payload, FIELD_BYTES, &message))
		return;
	held_count++;
	query->number = payload_u32(payload, FIELD_NUMBER, 0);
	query->tcp = payload_u32(payload, FIELD_TCP, 0);
	query->length = message.length;
	memcpy(query->bytes, message.bytes, message.length);
	if (!holding)
		answers_release();
}

static void begin_with(bool resolver)
{
	held_count = answered = 0;
	holding = backwards = false;
	answer_length = 100;
	guest_start(&guest, NULL);
	guest.asked = asked;
	prepare_begin(&fields, &guest);
	if (resolver)
		field_put_u32(&fields.writer, FIELD_RESOLVER, 1);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
}

static void begin(void)
{
	begin_with(true);
}

static void network_say(bool resolver)
{
	fields_begin(&fields);
	if (resolver)
		field_put_u32(&fields.writer, FIELD_RESOLVER, 1);
	EXPECT(guest_call(&guest, FRAME_NETWORK, &fields)->status == 0);
}

/* The client's part, in a process of its own that has entered the container. */

static int release_fd; /* a byte here releases what the host holds */

/* The first of its children. */
static pid_t child_of(pid_t pid)
{
	char path[64];
	int child = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "r");
	EXPECT(file && fscanf(file, "%d", &child) == 1);
	if (file)
		fclose(file);
	return child;
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* The main process's cgroup below the tree's root; the container's other children are not in it. */
static void container_cgroup(pid_t agent, char directory[256])
{
	char path[64], line[512];
	FILE *file, *children;
	int child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)agent, (int)agent);
	children = fopen(path, "r");
	directory[0] = '\0';
	while (children && !strstr(directory, "container-") &&
	       fscanf(children, "%d", &child) == 1) {
		snprintf(path, sizeof(path), "/proc/%d/cgroup", child);
		file = fopen(path, "r");
		while (file && fgets(line, sizeof(line), file))
			sscanf(line, "0::%255s", directory);
		if (file)
			fclose(file);
	}
	if (children)
		fclose(children);
	EXPECT(strstr(directory, "container-"));
}

static const char *cgroup_root(void)
{
	return exists("/sys/fs/cgroup/cgroup.procs") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";
}

/* Moves to the container's cgroup, and to the directory `below` of it. */
static void cgroup_enter(pid_t agent, const char *below)
{
	char path[1024], directory[256];
	int fd;

	container_cgroup(agent, directory);
	if (test_failures)
		return;
	snprintf(path, sizeof(path), "%s%s/%s", cgroup_root(), directory, below);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s%s/%s/cgroup.procs", cgroup_root(), directory, below);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	EXPECT(fd >= 0 && write(fd, "0", 1) == 1);
	close(fd);
}

static void container_enter(const char *below)
{
	pid_t agent = child_of(guest.agent_pid);
	char path[64];
	int fd;

	cgroup_enter(agent, below);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)agent);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	EXPECT(setns(fd, CLONE_NEWNET) == 0);
	close(fd);
}

/* The container's cgroup goes with the agent, and nothing below it. */
static void below_remove(const char *below)
{
	char path[1024], directory[256];

	if (*below == '\0')
		return;
	container_cgroup(child_of(guest.agent_pid), directory);
	snprintf(path, sizeof(path), "%s%s/%s", cgroup_root(), directory, below);
	EXPECT(rmdir(path) == 0);
}

/* Runs the client below the container's cgroup, and passes frames until it has ended. */
static void client_run_below(void (*client)(void), const char *below)
{
	int status = -1, pair[2];
	int64_t end = clock_ms() + 40000;
	char byte;
	pid_t pid;

	EXPECT(pipe2(pair, O_CLOEXEC | O_NONBLOCK) == 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		release_fd = pair[1];
		container_enter(below);
		if (test_failures == 0)
			client();
		_exit(test_failures != 0);
	}
	close(pair[1]);
	while (waitpid(pid, &status, WNOHANG) == 0 && clock_ms() < end && !guest.closed) {
		guest_pump_for(&guest, 10);
		if (read(pair[0], &byte, 1) == 1)
			answers_release();
	}
	kill(pid, SIGKILL);
	close(pair[0]);
	below_remove(below);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void client_run(void (*client)(void))
{
	client_run_below(client, "");
}

static struct sockaddr_in server_at(uint32_t address)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons(RESOLVER_PORT),
				     .sin_addr.s_addr = htonl(address) };
}

static bool is_resolver(const struct sockaddr_in *address)
{
	return address->sin_family == AF_INET && address->sin_port == htons(RESOLVER_PORT) &&
	       address->sin_addr.s_addr == htonl(RESOLVER_ADDRESS);
}

/* A query for the address of "web", with an id. */
static const uint8_t *query_of(uint16_t id)
{
	static uint8_t bytes[QUERY_LENGTH] = "..\1\0\0\1\0\0\0\0\0\0\3web\0\0\1\0";

	bytes[0] = (uint8_t)(id >> 8);
	bytes[1] = (uint8_t)id;
	bytes[QUERY_LENGTH - 1] = 1;
	return bytes;
}

static int datagrams_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static bool query_to(int fd, const void *bytes, size_t length)
{
	struct sockaddr_in to = server_at(RESOLVER_ADDRESS);

	return sendto(fd, bytes, length, 0, (struct sockaddr *)&to, sizeof(to)) == (ssize_t)length;
}

static bool readable(int fd, int ms)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };

	return poll(&polled, 1, ms) > 0;
}

/* The answer's length; it has the query's id and its question. */
static ssize_t answer_from(int fd, uint16_t id, uint8_t *bytes, size_t size)
{
	struct sockaddr_in from = { .sin_family = AF_UNSPEC };
	socklen_t from_size = sizeof(from);
	ssize_t got;

	if (!readable(fd, SOON_MS))
		return -1;
	got = recvfrom(fd, bytes, size, 0, (struct sockaddr *)&from, &from_size);
	EXPECT(is_resolver(&from));
	EXPECT(got >= QUERY_LENGTH && bytes[0] == id >> 8 && bytes[1] == (id & 0xff));
	EXPECT(got < QUERY_LENGTH || memcmp(bytes + 12, query_of(id) + 12, 9) == 0);
	EXPECT(got < QUERY_LENGTH || bytes[2] & 0x80);
	return got;
}

static int connection_open(void)
{
	struct sockaddr_in to = server_at(RESOLVER_ADDRESS);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

static size_t query_prefixed(uint8_t *place, uint16_t id)
{
	place[0] = 0;
	place[1] = QUERY_LENGTH;
	memcpy(place + 2, query_of(id), QUERY_LENGTH);
	return 2 + QUERY_LENGTH;
}

static bool read_all(int fd, uint8_t *bytes, size_t length)
{
	while (length) {
		ssize_t got = readable(fd, SOON_MS) ? read(fd, bytes, length) : -1;

		if (got <= 0)
			return false;
		bytes += got;
		length -= (size_t)got;
	}
	return true;
}

/* The answer's length; it is to the query with this id. */
static size_t answer_read(int fd, uint16_t id)
{
	static uint8_t bytes[DNS_ANSWER_SIZE];
	uint8_t prefix[2];
	size_t length;

	EXPECT(read_all(fd, prefix, 2));
	length = (size_t)prefix[0] << 8 | prefix[1];
	EXPECT(read_all(fd, bytes, length));
	EXPECT(bytes[0] == id >> 8 && bytes[1] == (id & 0xff) && bytes[2] & 0x80);
	return length;
}

static void ask_once(void)
{
	int fd = datagrams_socket();
	uint8_t bytes[512];

	EXPECT(query_to(fd, query_of(7), QUERY_LENGTH));
	EXPECT(answer_from(fd, 7, bytes, sizeof(bytes)) == 100);
	close(fd);
}

/* Nothing listens. */
static void find_nobody(void)
{
	struct sockaddr_in to = server_at(RESOLVER_ADDRESS);
	int fd = datagrams_socket();
	char byte;

	EXPECT(connection_open() < 0 && errno == ECONNREFUSED);
	EXPECT(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	EXPECT(send(fd, query_of(7), QUERY_LENGTH, 0) == QUERY_LENGTH);
	EXPECT(readable(fd, SOON_MS) && recv(fd, &byte, 1, 0) < 0 && errno == ECONNREFUSED);
	close(fd);
}

static void ask_connected(void)
{
	struct sockaddr_in to = server_at(RESOLVER_ADDRESS), peer;
	socklen_t size = sizeof(peer);
	int fd = datagrams_socket();
	uint8_t bytes[512];

	ask_once();
	EXPECT(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	EXPECT(getpeername(fd, (struct sockaddr *)&peer, &size) == 0 && is_resolver(&peer));
	EXPECT(send(fd, query_of(8), QUERY_LENGTH, 0) == QUERY_LENGTH);
	EXPECT(answer_from(fd, 8, bytes, sizeof(bytes)) == 100);
}

static void test_udp(void)
{
	begin();
	client_run(ask_connected);
	EXPECT(held_count == 2 && !held[0].tcp && held[0].length == QUERY_LENGTH);
	EXPECT(memcmp(held[0].bytes, query_of(7), QUERY_LENGTH) == 0);
	guest_stop(&guest);
}

static bool is_mapped(const struct sockaddr_in6 *address)
{
	return address->sin6_family == AF_INET6 && address->sin6_port == htons(RESOLVER_PORT) &&
	       memcmp(&address->sin6_addr, "\0\0\0\0\0\0\0\0\0\0\377\377\177\0\0\13", 16) == 0;
}

static void ask_from_ipv6(void)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(RESOLVER_PORT) },
			    from, peer;
	socklen_t size = sizeof(from);
	uint8_t bytes[512];
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(&to.sin6_addr, "\0\0\0\0\0\0\0\0\0\0\377\377\177\0\0\13", 16);
	EXPECT(sendto(fd, query_of(9), QUERY_LENGTH, 0, (struct sockaddr *)&to, sizeof(to)) ==
	       QUERY_LENGTH);
	EXPECT(readable(fd, SOON_MS));
	EXPECT(recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size) == 100);
	EXPECT(is_mapped(&from));
	close(fd);
	for (int i = 0; i < 2; i++) {
		int type = i ? SOCK_STREAM : SOCK_DGRAM;

		size = sizeof(peer);
		fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0);
		EXPECT(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
		EXPECT(getpeername(fd, (struct sockaddr *)&peer, &size) == 0 && is_mapped(&peer));
		close(fd);
	}
}

static void test_ipv6_socket(void)
{
	begin();
	client_run(ask_from_ipv6);
	guest_stop(&guest);
}

static void ask_over_tcp(void)
{
	struct sockaddr_in peer;
	socklen_t size = sizeof(peer);
	uint8_t bytes[64];
	size_t length;
	int fd = connection_open();

	EXPECT(getpeername(fd, (struct sockaddr *)&peer, &size) == 0 && is_resolver(&peer));
	length = query_prefixed(bytes, 1);
	length += query_prefixed(bytes + length, 2);
	EXPECT(send(fd, bytes, length, 0) == (ssize_t)length);
	EXPECT(answer_read(fd, 1) == 100);
	EXPECT(answer_read(fd, 2) == 100);
	length = query_prefixed(bytes, 3);
	for (size_t i = 0; i < length; i++) {
		EXPECT(send(fd, bytes + i, 1, 0) == 1);
		usleep(5000);
	}
	EXPECT(answer_read(fd, 3) == 100);
	/* Half-closed behind its last query, which is answered all the same. */
	length = query_prefixed(bytes, 4);
	EXPECT(send(fd, bytes, length, 0) == (ssize_t)length && shutdown(fd, SHUT_WR) == 0);
	EXPECT(answer_read(fd, 4) == 100);
	EXPECT(readable(fd, SOON_MS) && read(fd, bytes, 1) == 0);
}

static void test_tcp(void)
{
	begin();
	client_run(ask_over_tcp);
	EXPECT(held_count == 4 && held[0].tcp && held[0].length == QUERY_LENGTH);
	EXPECT(held[1].bytes[1] == 2 && memcmp(held[1].bytes, query_of(2), QUERY_LENGTH) == 0);
	guest_stop(&guest);
}

/* Answers that nobody takes fill what the kernel holds, 4 MB: the rest waits in the agent. */
static void ask_for_much(void)
{
	int fd = connection_open();
	uint8_t bytes[64];
	size_t length = 0;

	for (uint16_t id = 0; id < 100; id++) {
		length = query_prefixed(bytes, id);
		EXPECT(send(fd, bytes, length, 0) == (ssize_t)length);
	}
	usleep(300000);
	for (uint16_t id = 0; id < 100; id++)
		EXPECT(answer_read(fd, id) == DNS_ANSWER_SIZE);
}

static void test_large(void)
{
	begin();
	answer_length = DNS_ANSWER_SIZE;
	client_run(ask_for_much);
	guest_stop(&guest);
}

static void ask_in_parallel(void)
{
	uint8_t bytes[512];
	int fds[100];

	for (uint16_t id = 0; id < 100; id++) {
		fds[id] = datagrams_socket();
		EXPECT(query_to(fds[id], query_of(id), QUERY_LENGTH));
	}
	usleep(300000);
	EXPECT(!readable(fds[0], 0) && write(release_fd, "x", 1) == 1);
	for (uint16_t id = 0; id < 100; id++)
		EXPECT(answer_from(fds[id], id, bytes, sizeof(bytes)) == 100);
}

static void test_parallel(void)
{
	begin();
	holding = backwards = true;
	client_run(ask_in_parallel);
	guest_stop(&guest);
}

static void ask_too_much(void)
{
	int fd = datagrams_socket(), connection = connection_open();
	uint8_t bytes[512];

	for (uint16_t id = 0; id < DNS_QUERIES_MAX; id++)
		EXPECT(query_to(fd, query_of(id), QUERY_LENGTH));
	usleep(300000);
	for (uint16_t id = 1000; id < 1200; id++) {
		EXPECT(query_to(fd, query_of(id), QUERY_LENGTH));
		EXPECT(answer_from(fd, id, bytes, sizeof(bytes)) == QUERY_LENGTH);
		EXPECT(bytes[3] == 0x82 && bytes[5] == 1);
	}
	/* A query over TCP waits for room. */
	EXPECT(send(connection, bytes, query_prefixed(bytes, 2000), 0) > 0);
	EXPECT(!readable(connection, NEVER_MS));
	EXPECT(write(release_fd, "x", 1) == 1);
	for (uint16_t id = 0; id < DNS_QUERIES_MAX; id++)
		EXPECT(answer_from(fd, id, bytes, sizeof(bytes)) == 100);
	EXPECT(answer_read(connection, 2000) == 100);
	ask_once();
}

static void test_too_much(void)
{
	begin();
	holding = true;
	client_run(ask_too_much);
	EXPECT(held_count == DNS_QUERIES_MAX + 2);
	guest_stop(&guest);
}

/* SERVFAIL comes back with the question, if there is one that can be read. */
static void ask_in_vain(void)
{
	int fd = datagrams_socket(), connection = connection_open();
	uint8_t bytes[512], query[QUERY_LENGTH];

	EXPECT(query_to(fd, query_of(1), QUERY_LENGTH));
	EXPECT(answer_from(fd, 1, bytes, sizeof(bytes)) == QUERY_LENGTH);
	EXPECT(memcmp(bytes + 2, "\x81\x82\0\1\0\0\0\0\0\0\3web", 14) == 0);
	EXPECT(send(connection, bytes, query_prefixed(bytes, 2), 0) > 0);
	EXPECT(answer_read(connection, 2) == QUERY_LENGTH);
	for (int i = 0; i < 4; i++) {
		memcpy(query, query_of(3), QUERY_LENGTH);
		if (i == 0)
			query[5] = 2; /* two questions */
		if (i == 1)
			query[12] = 0xc0; /* a name that begins elsewhere */
		if (i == 2)
			query[12] = 60; /* a name that ends behind the message */
		if (i == 3)
			query[5] = 0; /* no question */
		EXPECT(query_to(fd, query, QUERY_LENGTH) && readable(fd, SOON_MS));
		EXPECT(recv(fd, bytes, sizeof(bytes), 0) == 12);
		EXPECT(memcmp(bytes, "\0\3\x81\x82\0\0\0\0\0\0\0\0", 12) == 0);
	}
}

static void test_refused(void)
{
	begin();
	answer_length = 0;
	client_run(ask_in_vain);
	guest_stop(&guest);
}

/* The agent waits for the host longer than that waits for its resolver, and not for ever. */
static void ask_and_hear_late(void)
{
	int fd = datagrams_socket(), connection = connection_open();
	int64_t begun = clock_ms(), heard;
	uint8_t bytes[512];

	EXPECT(query_to(fd, query_of(1), QUERY_LENGTH));
	EXPECT(send(connection, bytes, query_prefixed(bytes, 2), 0) > 0);
	EXPECT(readable(fd, 25000));
	heard = clock_ms() - begun;
	EXPECT(heard >= 14500 && heard < 20000);
	EXPECT(answer_from(fd, 1, bytes, sizeof(bytes)) == QUERY_LENGTH);
	EXPECT(memcmp(bytes + 2, "\x81\x82\0\1", 4) == 0);
	EXPECT(answer_read(connection, 2) == QUERY_LENGTH);
	/* The host's answers come to nobody then. */
	EXPECT(write(release_fd, "x", 1) == 1);
	EXPECT(!readable(fd, NEVER_MS) && !readable(connection, 0));
	EXPECT(send(connection, bytes, query_prefixed(bytes, 3), 0) > 0);
	EXPECT(answer_read(connection, 3) == 100);
	ask_once();
}

static void test_no_answer(void)
{
	begin();
	holding = true;
	client_run(ask_and_hear_late);
	EXPECT(held_count == 4);
	guest_stop(&guest);
}

static void ask_nonsense(void)
{
	static uint8_t long_query[DNS_QUERY_SIZE + 1], answer[QUERY_LENGTH];
	int fd = datagrams_socket();
	uint8_t bytes[512];

	EXPECT(query_to(fd, "", 0) && query_to(fd, query_of(1), 11));
	EXPECT(query_to(fd, long_query, sizeof(long_query)));
	memcpy(answer, query_of(1), QUERY_LENGTH);
	answer[2] |= 0x80;
	for (int i = 0; i < 100; i++)
		EXPECT(query_to(fd, answer, QUERY_LENGTH));
	EXPECT(query_to(fd, query_of(2), QUERY_LENGTH));
	EXPECT(answer_from(fd, 2, bytes, sizeof(bytes)) == 100);
	EXPECT(!readable(fd, NEVER_MS));
	for (int i = 0; i < 3; i++) {
		int connection = connection_open();

		/* Longer than a query may be, shorter than a header, an answer. */
		if (i == 0)
			EXPECT(send(connection, "\x10\x01", 2, 0) == 2);
		if (i == 1)
			EXPECT(send(connection, "\0\2xx", 4, 0) == 4);
		if (i == 2)
			EXPECT(send(connection, "\0\025", 2, 0) == 2 &&
			       send(connection, answer, QUERY_LENGTH, 0) == QUERY_LENGTH);
		EXPECT(readable(connection, SOON_MS) && recv(connection, bytes, 1, 0) <= 0);
		close(connection);
	}
	ask_once();
}

static void test_nonsense(void)
{
	begin();
	client_run(ask_nonsense);
	EXPECT(held_count == 2);
	guest_stop(&guest);
}

static void ask_and_go(void)
{
	int fd = datagrams_socket(), connection = connection_open();
	uint8_t bytes[64];

	EXPECT(query_to(fd, query_of(1), QUERY_LENGTH));
	EXPECT(send(connection, bytes, query_prefixed(bytes, 2), 0) > 0);
	usleep(200000);
	close(fd), close(connection);
	usleep(100000);
	EXPECT(write(release_fd, "x", 1) == 1);
	ask_once();
}

static void test_clients_go(void)
{
	begin();
	holding = true;
	client_run(ask_and_go);
	EXPECT(held_count == 3);
	EXPECT(guest_answers(&guest));
	guest_stop(&guest);
}

/* 32 connections are served, and others when one of these ends, by itself at last. */
static void connect_often(void)
{
	int fds[33];
	uint8_t bytes[64];
	int64_t begun = clock_ms();

	for (int i = 0; i < 33; i++)
		fds[i] = connection_open();
	EXPECT(send(fds[32], bytes, query_prefixed(bytes, 1), 0) > 0);
	EXPECT(!readable(fds[32], NEVER_MS));
	close(fds[0]);
	EXPECT(answer_read(fds[32], 1) == 100);
	for (int i = 1; i < 33; i++) {
		struct pollfd polled = { .fd = fds[i], .events = POLLIN };
		EXPECT(poll(&polled, 1, 15000) == 1 && read(fds[i], bytes, 1) == 0);
	}
	EXPECT(clock_ms() - begun >= 9500);
}

static void test_connections(void)
{
	begin();
	client_run(connect_often);
	guest_stop(&guest);
}

static void test_switch(void)
{
	begin_with(false);
	client_run(find_nobody);
	network_say(true);
	client_run(ask_once);
	network_say(true);
	client_run(ask_once);
	network_say(false);
	client_run(find_nobody);
	network_say(true);
	client_run(ask_over_tcp);
	guest_stop(&guest);
}

/* A query that the host still has is answered to nobody. */
static void ask_and_wait(void)
{
	int fd = datagrams_socket(), connection = connection_open();
	uint8_t bytes[64];

	EXPECT(query_to(fd, query_of(1), QUERY_LENGTH));
	EXPECT(send(connection, bytes, query_prefixed(bytes, 2), 0) > 0);
	usleep(200000);
}

static void test_switch_with_queries(void)
{
	begin();
	holding = true;
	client_run(ask_and_wait);
	network_say(false);
	answers_release();
	EXPECT(guest_answers(&guest));
	network_say(true);
	client_run(ask_once);
	guest_stop(&guest);
}

/* Whatever the resolver's port is, a name server of the container's own has port 53 elsewhere. */
static void serve_oneself(void)
{
	struct sockaddr_in all = server_at(INADDR_ANY), own = server_at(INADDR_LOOPBACK);
	int server = datagrams_socket(), listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int fd = datagrams_socket();
	char byte;

	EXPECT(bind(server, (struct sockaddr *)&all, sizeof(all)) == 0);
	EXPECT(bind(listener, (struct sockaddr *)&all, sizeof(all)) == 0);
	EXPECT(listen(listener, 1) == 0);
	EXPECT(sendto(fd, "x", 1, 0, (struct sockaddr *)&own, sizeof(own)) == 1);
	EXPECT(readable(server, SOON_MS) && recv(server, &byte, 1, 0) == 1);
	ask_connected();
	EXPECT(!readable(server, 0) && !readable(listener, 0));
}

static void test_own_server(void)
{
	begin();
	client_run(serve_oneself);
	guest_stop(&guest);
}

/* In a network namespace of the container's own the address is whoever's it is there. */
static void serve_elsewhere(void)
{
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	struct sockaddr_in at = server_at(RESOLVER_ADDRESS);
	int server;

	EXPECT(unshare(CLONE_NEWNET) == 0);
	server = datagrams_socket();
	EXPECT(ioctl(server, SIOCSIFFLAGS, &up) == 0);
	find_nobody();
	close(server);
	server = datagrams_socket();
	EXPECT(bind(server, (struct sockaddr *)&at, sizeof(at)) == 0);
	EXPECT(query_to(datagrams_socket(), query_of(1), QUERY_LENGTH));
	EXPECT(readable(server, SOON_MS));
}

static void test_other_namespace(void)
{
	begin();
	client_run(serve_elsewhere);
	guest_stop(&guest);
}

static void test_where(void)
{
	begin();
	client_run_below(ask_connected, "below");
	/* An exec'd process, too. */
	guest_run(&guest, 2,
		  "printf '\\0\\25\\22\\64\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3web\\0\\0\\1\\0\\1' |"
		  "nc -w 2 127.0.0.11 53 | wc -c");
	EXPECT(guest_wait(&guest, 2) == 0);
	EXPECT(strcmp(guest_output(&guest, 2, 0), "102\n") == 0);
	EXPECT(held_count == 3 && held[2].tcp);
	guest_stop(&guest);
}

static void test_answers_that_cannot_be(void)
{
	static const uint8_t bytes[DNS_ANSWER_SIZE + 1];

	for (int i = 0; i < 5; i++) {
		begin();
		fields_begin(&fields);
		if (i != 1)
			field_put_u32(&fields.writer, FIELD_NUMBER, 77);
		if (i != 2)
			field_put(&fields.writer, FIELD_BYTES, bytes, i == 3 ? sizeof(bytes) : 100);
		if (i == 2)
			field_put_u32(&fields.writer, FIELD_STATUS, 0);
		guest_say(&guest, FRAME_DNS_ANSWER, i == 4 ? 1 : 0, &fields);
		/* The first is to a query that nobody has made. */
		if (i == 0)
			EXPECT(guest_answers(&guest));
		else
			EXPECT(guest_pump(&guest, guest_closed, 0));
		guest_stop(&guest);
	}
}

/* It ends with queries under way, and with a client that does not. */
static void test_container_ends(void)
{
	begin();
	holding = true;
	client_run(ask_and_wait);
	guest_run(&guest, 1, "true");
	EXPECT(guest_wait(&guest, 1) == 0);
	answers_release();
	guest_stop(&guest);
}

/* A program without BPF_F_ALLOW_MULTI keeps all below its cgroup from adding any. */
static int others_forbid(const char *path)
{
	struct bpf_insn allow[] = {
		bpf_instruction(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1),
		bpf_instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
				.expected_attach_type = BPF_CGROUP_UDP6_RECVMSG,
				.insns = (uintptr_t)allow,
				.insn_cnt = 2,
				.license = (uintptr_t) "Apache-2.0" };
	union bpf_attr attach = { .attach_type = BPF_CGROUP_UDP6_RECVMSG };
	int cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));

	attach.target_fd = (uint32_t)cgroup;
	attach.attach_bpf_fd = (uint32_t)program;
	EXPECT(syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof(attach)) == 0);
	close(program);
	return cgroup;
}

static void ask_at_53(void)
{
	struct sockaddr_in all = server_at(INADDR_ANY);

	ask_connected();
	EXPECT(bind(datagrams_socket(), (struct sockaddr *)&all, sizeof(all)) < 0 &&
	       errno == EADDRINUSE);
}

static void test_without_programs(void)
{
	char path[128];
	int cgroup;

	snprintf(path, sizeof(path), "%s/resolver-test-%d", cgroup_root(), (int)getpid());
	EXPECT(mkdir(path, 0755) == 0);
	cgroup = others_forbid(path);
	guest_cgroup = path;
	begin();
	client_run(ask_at_53);
	network_say(false);
	client_run(find_nobody);
	network_say(true);
	client_run(ask_over_tcp);
	guest_stop(&guest);
	guest_cgroup = NULL;
	close(cgroup);
	EXPECT(rmdir(path) == 0);
}

static const struct test tests[] = {
	{ "a query over UDP", test_udp },
	{ "a query from an IPv6 socket", test_ipv6_socket },
	{ "queries over TCP, two in one segment, one byte by byte", test_tcp },
	{ "large answers that are not taken at once", test_large },
	{ "a hundred queries in parallel", test_parallel },
	{ "more queries than there may be", test_too_much },
	{ "queries that the host refuses", test_refused },
	{ "queries that the host does not answer", test_no_answer },
	{ "what is no query", test_nonsense },
	{ "clients that go before the answer", test_clients_go },
	{ "more connections than are served", test_connections },
	{ "NETWORK switches it on and off", test_switch },
	{ "NETWORK switches it off with queries under way", test_switch_with_queries },
	{ "a name server of the container's own", test_own_server },
	{ "a network namespace of the container's own", test_other_namespace },
	{ "exec'd processes and cgroups below", test_where },
	{ "answers that cannot be", test_answers_that_cannot_be },
	{ "a container that ends", test_container_ends },
	{ "a kernel that refuses the programs", test_without_programs },
};

int main(void)
{
	return test_run_all("resolver", tests, sizeof(tests) / sizeof(tests[0]));
}
