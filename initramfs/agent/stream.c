/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "agent.h"
#include "little_endian.h"

/* A window is given back in quarters: fewer frames, and the host never waits for one while three
 * quarters are free. */
#define CREDIT_STEP (STREAM_WINDOW / 4)

static bool output_fill(struct agent *agent, struct source *source);

static void output_woken(struct agent *agent, struct watch *watch)
{
	source_bulk(agent, &container_of(watch, struct output, watch)->source);
}

void output_open(struct agent *agent, struct output *output, uint32_t stream)
{
	source_forget(agent, &output->source);
	*output = (struct output){ .watch.fd = -1,
				   .source.fill = output_fill,
				   .stream = stream,
				   .window = STREAM_WINDOW };
}

int output_attach(struct agent *agent, struct output *output, int fd)
{
	return watch_open(agent, &output->watch, fd, EPOLLIN, output_woken);
}

/* There may be something to send: bytes, or its END. */
static void output_list(struct agent *agent, struct output *output)
{
	if (!output->ended)
		source_bulk(agent, &output->source);
}

void output_cut(struct agent *agent, struct output *output)
{
	watch_close(&output->watch);
	output->cut = true;
	output_list(agent, output);
}

void output_orphan(struct agent *agent, struct output *output)
{
	output->gone = true;
	output_list(agent, output);
}

void output_leave(struct agent *agent, struct output *output)
{
	output->leaving = true;
	output_list(agent, output);
}

bool output_window(struct agent *agent, struct output *output, uint32_t bytes)
{
	if (bytes > STREAM_WINDOW - output->window)
		return false;
	output->window += bytes;
	output_list(agent, output);
	return true;
}

/* Reading has failed, but more may come. */
static bool nothing_now(const struct output *output)
{
	if (errno == EAGAIN)
		return !output->leaving;
	return errno == EIO && output->terminal && !output->gone;
}

static bool output_fill(struct agent *agent, struct source *source)
{
	struct output *output = container_of(source, struct output, source);
	size_t most = output->window < FRAME_PAYLOAD_MAX ? output->window : FRAME_PAYLOAD_MAX;
	ssize_t got = 0;

	if (output->ended || (!output->cut && (output->watch.fd < 0 || most == 0)))
		return false;
	if (!output->cut)
		got = read(output->watch.fd, outbox_payload(&agent->outbox), most);
	if (got < 0 && nothing_now(output))
		return false;
	if (got > 0) {
		output->window -= (uint32_t)got;
		outbox_frame(&agent->outbox, FRAME_DATA, output->stream, (size_t)got);
		return true;
	}
	/* End of file; on a terminal it is EIO. */
	watch_close(&output->watch);
	output->ended = true;
	outbox_frame(&agent->outbox, FRAME_END, output->stream, 0);
	process_output_ended(agent, output->stream / 4);
	return true;
}

static bool credit_fill(struct agent *agent, struct source *source)
{
	struct input *input = container_of(source, struct input, credit);
	uint32_t bytes = input->returned;

	if (bytes == 0)
		return false;
	input->returned = 0;
	input->held -= bytes;
	little_put32(outbox_payload(&agent->outbox), bytes);
	outbox_frame(&agent->outbox, FRAME_WINDOW, input->stream, sizeof(bytes));
	return true;
}

int input_open(struct agent *agent, struct input *input, uint32_t stream)
{
	void *ring = mmap(NULL, STREAM_WINDOW, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (ring == MAP_FAILED)
		return -1;
	source_forget(agent, &input->credit);
	*input = (struct input){ .watch.fd = -1,
				 .credit.fill = credit_fill,
				 .stream = stream,
				 .ring = ring,
				 .open = true };
	return 0;
}

void input_close(struct agent *agent, struct input *input)
{
	if (!input->open)
		return;
	watch_close(&input->watch);
	source_forget(agent, &input->credit);
	munmap(input->ring, STREAM_WINDOW);
	input->open = false;
}

static void input_handed_on(struct agent *agent, struct input *input, uint32_t bytes)
{
	input->returned += bytes;
	if (input->returned >= CREDIT_STEP)
		source_urgent(agent, &input->credit);
}

/* Writes what waits in the ring; closes the pipe when all is written that will ever come. */
static void input_pump(struct agent *agent, struct watch *watch)
{
	struct input *input = container_of(watch, struct input, watch);

	while (input->used) {
		uint32_t first = STREAM_WINDOW - input->start;
		struct iovec parts[2] = {
			{ input->ring + input->start, input->used < first ? input->used : first },
			{ input->ring, input->used < first ? 0 : input->used - first },
		};
		ssize_t put = writev(input->watch.fd, parts, parts[1].iov_len ? 2 : 1);

		/* EIO: nobody holds the terminal now, and somebody may later. */
		if (put < 0 && (errno == EAGAIN || errno == EIO))
			return;
		if (put < 0) { /* nobody will read it */
			input_close(agent, input);
			return;
		}
		input->start = (input->start + (uint32_t)put) % STREAM_WINDOW;
		input->used -= (uint32_t)put;
		input_handed_on(agent, input, (uint32_t)put);
	}
	if (input->ended)
		input_close(agent, input);
}

int input_attach(struct agent *agent, struct input *input, int fd)
{
	if (watch_open(agent, &input->watch, fd, EPOLLOUT, input_pump) < 0)
		return -1;
	input_pump(agent, &input->watch);
	return 0;
}

bool input_data(struct agent *agent, struct input *input, const uint8_t *bytes, uint32_t length)
{
	uint32_t end = (input->start + input->used) % STREAM_WINDOW;
	uint32_t first = STREAM_WINDOW - end;

	if (length > STREAM_WINDOW - input->held)
		return false;
	input->held += length;
	/* All bytes pass through the ring: they fit, since none is in it that is not held. */
	if (length < first)
		first = length;
	memcpy(input->ring + end, bytes, first);
	memcpy(input->ring, bytes + first, length - first);
	input->used += length;
	if (input->watch.fd >= 0)
		input_pump(agent, &input->watch);
	return true;
}

void input_end(struct agent *agent, struct input *input)
{
	input->ended = true;
	if (input->watch.fd >= 0)
		input_pump(agent, &input->watch);
}
