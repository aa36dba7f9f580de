/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest sends, as bytes, against the monitor's guest-facing half. The first byte of an input
 * chooses whether the greeting is made already. Whatever comes, windows and queues keep their
 * bounds and the monitor comes to rest. A resolver in a network namespace of the fuzzer's own
 * answers each query with the query itself.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel_socket.h"
#include "guest.h"
#include "log.h"
#include "monitor.h"
#include "requests.h"
#include "resolver.h"
#include "server.h"
#include "streams.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define EXPORTS 3
#define TURNS_MAX 100000

/* A process by exec, besides the main one. */
#define EXECUTED 2

static struct monitor monitor;
static struct process processes[EXECUTED + 1];

/* The resolver's sockets. */
static int datagrams, listener;

static int resolver_socket(int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(RESOLVER_PORT),
				       .sin_addr.s_addr = htonl(RESOLVER_ADDRESS) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		abort();
	return fd;
}

/* Once: so that no query leaves for a resolver that is not ours. */
static void resolver_begin(void)
{
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	struct failure failure;
	int room = 4 << 20, plain;

	if (monitor.resolver.epoll_fd > 0)
		return;
	if (unshare(CLONE_NEWNET))
		abort();
	/* What is bound while lo is down sends from another address. */
	plain = socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(plain, SIOCSIFFLAGS, &up))
		abort();
	close(plain);
	datagrams = resolver_socket(SOCK_DGRAM);
	listener = resolver_socket(SOCK_STREAM);
	if (setsockopt(datagrams, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    listen(listener, DNS_QUERIES_MAX) || resolver_open(&monitor.resolver, &failure))
		abort();
}

/* Answers all that has come. */
static void resolver_answer(void)
{
	uint8_t bytes[2 + DNS_QUERY_SIZE];
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	ssize_t got;
	int fd;

	while ((got = recvfrom(datagrams, bytes, sizeof(bytes), 0, (struct sockaddr *)&from,
			       &size)) > 0)
		sendto(datagrams, bytes, (size_t)got, 0, (struct sockaddr *)&from, size);
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (got > 0)
			send(fd, bytes, (size_t)got, MSG_NOSIGNAL);
		close(fd);
	}
}

static void queue_reset(struct queue *queue, size_t size)
{
	if (!queue->bytes && queue_open(queue, size))
		abort();
	queue_drop(queue, queue_length(queue));
}

static void output_reset(struct output *output)
{
	struct queue queue = output->queue;

	if (output->peer.fd > 0)
		close(output->peer.fd);
	*output = (struct output){ .queue = queue, .window = STREAM_WINDOW, .nonblocking = true };
	output->peer =
	    (struct peer){ .fd = open("/dev/null", O_WRONLY | O_CLOEXEC), .writable = true };
	queue_reset(&output->queue, STREAM_WINDOW);
}

static void process_reset(uint32_t number)
{
	struct process *process = &processes[number];

	process->number = number;
	process->asked = process->running = process->exited = false;
	process->code = 0;
	process->session.fd = process->input.peer.fd = -1;
	process->input.window = STREAM_WINDOW - 1000;
	process->input.ended = false;
	output_reset(&process->output);
	output_reset(&process->errors);
	monitor.processes[number] = process;
}

static void monitor_reset(int guest, int server, bool greeted)
{
	monitor.phase = PHASE_WAITING;
	monitor.engine.fd = -1;
	resolver_begin();
	monitor.resolver.allowance = INT32_MAX;
	process_reset(PROCESS_MAIN);
	process_reset(EXECUTED);
	monitor.processes_top = EXECUTED;
	monitor.server = (struct peer){ .fd = server, .readable = true, .writable = true };
	frame_reader_init(&monitor.from_server.reader);
	monitor.from_server.held = false;
	queue_reset(&monitor.to_guest, TO_GUEST_SIZE);
	queue_reset(&monitor.to_engine, TO_ENGINE_SIZE);
	queue_reset(&monitor.to_server, 1 << 20);
	queue_reset(&monitor.requests, REQUESTS_SIZE);
	monitor.exports = EXPORTS;
	for (size_t i = 0; i < EXPORTS; i++)
		monitor.export[i] = (struct export){ .window = FILES_WINDOW };
	for (uint32_t i = 0; i < 4; i++)
		monitor.table[i] = (struct request){ .owner = REQUEST_ENGINE, .number = i + 1 };
	guest_join(&monitor, channel_from_socket(guest));
	if (greeted)
		monitor.phase = PHASE_SERVING;
}

static void process_check(const struct process *process)
{
	if (process->input.window > STREAM_WINDOW || process->output.window > STREAM_WINDOW ||
	    process->errors.window > STREAM_WINDOW || process->code < 0 || process->code > 255)
		abort();
	if (queue_length(&process->output.queue) + process->output.window > STREAM_WINDOW)
		abort();
}

static void bounds_check(void)
{
	process_check(&processes[PROCESS_MAIN]);
	process_check(&processes[EXECUTED]);
	for (size_t i = 0; i < EXPORTS; i++)
		if (monitor.export[i].window > FILES_WINDOW)
			abort();
	if (monitor.resolver.open > DNS_QUERIES_MAX ||
	    monitor.resolver.refused_count > DNS_QUERIES_MAX)
		abort();
	if (monitor.exit_code < 0 || monitor.exit_code > 255)
		abort();
}

/* What poll(2) says each time of outputs that take everything. */
static void process_wake(struct process *process)
{
	process->output.peer.writable = process->errors.peer.writable = true;
}

/* Takes what comes out at the far ends, so that nothing waits for room. */
static void ends_drain(int guest, int server)
{
	uint8_t bytes[65536];

	while (recv(guest, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		continue;
	while (recv(server, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	int guest[2], server[2], turns = 0;
	bool moved, ended = false;

	if (length == 0)
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, guest) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, server))
		abort();
	monitor_reset(guest[0], server[0], bytes[0] & 1);
	if (send(guest[1], bytes + 1, length - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		length = 1;
	while (monitor.channel && turns++ < TURNS_MAX) {
		moved = guest_pump(&monitor);
		resolver_answer();
		resolver_woken(&monitor.resolver);
		moved = resolver_pump(&monitor) || moved;
		server_pump(&monitor);
		requests_pump(&monitor);
		streams_pump(&monitor);
		ends_drain(guest[1], server[1]);
		bounds_check();
		monitor.guest.writable = monitor.guest.readable = true;
		monitor.server.writable = true;
		process_wake(&processes[PROCESS_MAIN]);
		process_wake(&processes[EXECUTED]);
		if (!moved && !monitor.resolver.open && !ended)
			ended = shutdown(guest[1], SHUT_WR) == 0;
	}
	if (monitor.channel)
		abort();
	close(guest[1]), close(server[1]);
	if (monitor.server.fd >= 0)
		close(monitor.server.fd);
	return 0;
}
