/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "container_of.h"
#include "little_endian.h"
#include "loop.h"

/* The agent gives a window back in quarters: few frames, and the host never waits while three
 * quarters are free. */
#define CREDIT_STEP (STREAM_WINDOW / 4)

static bool output_fill(struct loop *loop, struct sender *sender);

static void output_woken(struct loop *loop, struct watch *watch)
{
	sender_bulk(&loop->outbox, &container_of(watch, struct output, watch)->sender);
}

void output_open(struct loop *loop, struct output *output, uint32_t stream)
{
	sender_forget(&loop->outbox, &output->sender);
	*output = (struct output){ .watch.fd = -1,
				   .sender.fill = output_fill,
				   .stream = stream,
				   .window = STREAM_WINDOW };
}

int output_attach(struct loop *loop, struct output *output, int fd)
{
	return watch_open(loop->epoll_fd, &output->watch, fd, EPOLLIN, output_woken);
}

/* There may be something to send: bytes, or its END. */
static void output_list(struct loop *loop, struct output *output)
{
	if (!output->ended)
		sender_bulk(&loop->outbox, &output->sender);
}

void output_cut(struct loop *loop, struct output *output)
{
	watch_close(&output->watch);
	output->cut = true;
	output_list(loop, output);
}

void output_orphan(struct loop *loop, struct output *output)
{
	output->gone = true;
	output_list(loop, output);
}

void output_leave(struct loop *loop, struct output *output)
{
	output->leaving = true;
	output_list(loop, output);
}

bool output_window(struct loop *loop, struct output *output, uint32_t bytes)
{
	if (bytes > STREAM_WINDOW - output->window)
		return false;
	output->window += bytes;
	output_list(loop, output);
	return true;
}

/* Reading has failed, but more may come. */
static bool nothing_now(const struct output *output)
{
	if (errno == EAGAIN)
		return !output->leaving;
	return errno == EIO && output->terminal && !output->gone;
}

static bool output_fill(struct loop *loop, struct sender *sender)
{
	struct output *output = container_of(sender, struct output, sender);
	size_t most = output->window < FRAME_PAYLOAD_MAX ? output->window : FRAME_PAYLOAD_MAX;
	ssize_t got = 0;

	if (output->ended || (!output->cut && (output->watch.fd < 0 || most == 0)))
		return false;
	if (!output->cut)
		got = read(output->watch.fd, outbox_payload(&loop->outbox), most);
	if (got < 0 && nothing_now(output))
		return false;
	if (got > 0) {
		output->window -= (uint32_t)got;
		outbox_frame(&loop->outbox, FRAME_DATA, output->stream, (size_t)got);
		return true;
	}
	/* End of file; on a terminal it is EIO. */
	watch_close(&output->watch);
	output->ended = true;
	outbox_frame(&loop->outbox, FRAME_END, output->stream, 0);
	return true;
}

static bool credit_fill(struct loop *loop, struct sender *sender)
{
	struct input *input = container_of(sender, struct input, credit);
	uint32_t bytes = input->returned;

	if (bytes == 0)
		return false;
	input->returned = 0;
	input->held -= bytes;
	little_put32(outbox_payload(&loop->outbox), bytes);
	outbox_frame(&loop->outbox, FRAME_WINDOW, input->stream, sizeof(bytes));
	return true;
}

int input_open(struct loop *loop, struct input *input, uint32_t stream)
{
	void *ring = mmap(NULL, STREAM_WINDOW, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (ring == MAP_FAILED)
		return -1;
	sender_forget(&loop->outbox, &input->credit);
	*input = (struct input){ .watch.fd = -1,
				 .credit.fill = credit_fill,
				 .stream = stream,
				 .ring = ring,
				 .open = true };
	return 0;
}

void input_close(struct loop *loop, struct input *input)
{
	if (!input->open)
		return;
	watch_close(&input->watch);
	sender_forget(&loop->outbox, &input->credit);
	munmap(input->ring, STREAM_WINDOW);
	input->open = false;
}

static void input_handed_on(struct loop *loop, struct input *input, uint32_t bytes)
{
	input->returned += bytes;
	if (input->returned >= CREDIT_STEP)
		sender_urgent(&loop->outbox, &input->credit);
}

/* Writes what waits in the ring; closes the pipe after the last byte. */
static void input_pump(struct loop *loop, struct watch *watch)
{
	struct input *input = container_of(watch, struct input, watch);

	while (input->used) {
		uint32_t first = STREAM_WINDOW - input->start;
		struct iovec parts[2] = {
			{ input->ring + input->start, input->used < first ? input->used : first },
			{ input->ring, input->used < first ? 0 : input->used - first },
		};
		ssize_t put = writev(input->watch.fd, parts, parts[1].iov_len ? 2 : 1);

		/* EIO: no process has the terminal open now; one may later. */
		if (put < 0 && (errno == EAGAIN || errno == EIO))
			return;
		if (put < 0) { /* no process will read it */
			input_close(loop, input);
			return;
		}
		input->start = (input->start + (uint32_t)put) % STREAM_WINDOW;
		input->used -= (uint32_t)put;
		input_handed_on(loop, input, (uint32_t)put);
	}
	if (input->ended)
		input_close(loop, input);
}

int input_attach(struct loop *loop, struct input *input, int fd)
{
	if (watch_open(loop->epoll_fd, &input->watch, fd, EPOLLOUT, input_pump) < 0)
		return -1;
	input_pump(loop, &input->watch);
	return 0;
}

bool input_data(struct loop *loop, struct input *input, const uint8_t *bytes, uint32_t length)
{
	uint32_t end = (input->start + input->used) % STREAM_WINDOW;
	uint32_t first = STREAM_WINDOW - end;

	if (length > STREAM_WINDOW - input->held)
		return false;
	input->held += length;
	/* They fit: the ring never holds more than the window. */
	if (length < first)
		first = length;
	memcpy(input->ring + end, bytes, first);
	memcpy(input->ring, bytes + first, length - first);
	input->used += length;
	if (input->watch.fd >= 0)
		input_pump(loop, &input->watch);
	return true;
}

void input_end(struct loop *loop, struct input *input)
{
	input->ended = true;
	if (input->watch.fd >= 0)
		input_pump(loop, &input->watch);
}
