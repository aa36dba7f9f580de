/* SPDX-License-Identifier: Apache-2.0 */
#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "little_endian.h"

/* A window is given back in parts of this size, not byte by byte. */
#define GRANT_STEP 16384

struct output *output_of(struct process *process, uint32_t stream)
{
	if (!process || stream % 4 == 0 || stream % 4 == 3)
		return NULL;
	return stream == STREAM_STDOUT(process->number) ? &process->output : &process->errors;
}

static bool descriptor_is(int fd, mode_t kind)
{
	struct stat status;

	return fstat(fd, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

static int output_open(struct output *output, int fd)
{
	output->peer.fd = fd;
	output->window = STREAM_WINDOW;
	output->socket = descriptor_is(fd, S_IFSOCK);
	output->nonblocking =
	    output->socket || descriptor_is(fd, S_IFREG) || fcntl(fd, F_GETFL) & O_NONBLOCK;
	return queue_open(&output->queue, STREAM_WINDOW);
}

/* What stands where the monitor's own 0 to 2 were, so that these numbers become nothing else's. */
static int placeholder = -1;

int streams_prepare(void)
{
	placeholder = open("/dev/null", O_RDWR | O_CLOEXEC);
	return placeholder < 0 ? -1 : 0;
}

/* Lets go of the other end, as a process does that closes its stdin or stdout. */
static void descriptor_release(struct peer *peer)
{
	if (peer->fd < 0)
		return;
	if (peer->fd > STDERR_FILENO || placeholder < 0 ||
	    dup3(placeholder, peer->fd, O_CLOEXEC) < 0)
		close(peer->fd);
	peer->fd = -1;
}

int streams_open(struct process *process, const int streams[3])
{
	process->input.peer.fd = streams[0];
	process->input.socket = descriptor_is(streams[0], S_IFSOCK);
	process->input.window = STREAM_WINDOW;
	if (output_open(&process->output, streams[1]))
		return -1;
	if (output_open(&process->errors, streams[2])) {
		queue_close(&process->output.queue);
		return -1;
	}
	if (process->terminal) {
		process->errors.ended = true;
		descriptor_release(&process->errors.peer);
	}
	return 0;
}

void streams_close(struct process *process)
{
	descriptor_release(&process->input.peer);
	descriptor_release(&process->output.peer);
	descriptor_release(&process->errors.peer);
	queue_close(&process->output.queue);
	queue_close(&process->errors.queue);
}

void input_end(struct process *process)
{
	process->input.ended = true;
	descriptor_release(&process->input.peer);
}

static bool input_pump(struct monitor *monitor, struct process *process)
{
	static uint8_t bytes[FRAME_PAYLOAD_MAX];
	struct input *input = &process->input;
	struct frame frame = { .type = FRAME_DATA, .stream = STREAM_STDIN(process->number) };
	size_t size = queue_room(&monitor->to_guest);
	ssize_t count;

	if (input->ended || !input->peer.readable || size < 2 * FRAME_HEADER_SIZE)
		return false;
	size -= FRAME_HEADER_SIZE;
	if (size > sizeof(bytes))
		size = sizeof(bytes);
	if (size > input->window)
		size = input->window;
	if (size == 0)
		return false;
	/* Once a poll: on a shared description another reader may have been quicker. */
	input->peer.readable = false;
	count = input->socket ? recv(input->peer.fd, bytes, size, MSG_DONTWAIT)
			      : read(input->peer.fd, bytes, size);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (count <= 0) {
		frame.type = FRAME_END;
		input_end(process);
	} else {
		frame.length = (uint32_t)count;
		input->window -= frame.length;
	}
	queue_append_frame(&monitor->to_guest, &frame, bytes);
	return true;
}

static ssize_t output_put(struct output *output, const uint8_t *bytes, size_t length)
{
	if (output->socket)
		return send(output->peer.fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	/* A pipe that polls writable takes PIPE_BUF bytes without blocking, see pipe(7). */
	if (!output->nonblocking && length > PIPE_BUF)
		length = PIPE_BUF;
	return write(output->peer.fd, bytes, length);
}

/* Nobody reads any more: the rest is dropped, but counts as written, and the process goes on. */
static void output_abandon(struct output *output)
{
	output->gone = true;
	output->granted += (uint32_t)queue_length(&output->queue);
	queue_drop(&output->queue, queue_length(&output->queue));
	descriptor_release(&output->peer);
}

/* `taken` becomes now if a reader takes something. */
static bool output_pump(struct output *output, int64_t *taken)
{
	size_t length = queue_length(&output->queue);
	ssize_t count;

	if (length == 0) {
		if (output->ended)
			descriptor_release(&output->peer);
		return false;
	}
	if (!output->peer.writable)
		return false;
	count = output_put(output, queue_front(&output->queue), length);
	if (count < 0 && errno == EINTR)
		return true;
	if (count < 0 && errno != EAGAIN) {
		output_abandon(output);
		return true;
	}
	if (!output->nonblocking || count < (ssize_t)length)
		output->peer.writable = false;
	if (count <= 0)
		return false;
	queue_drop(&output->queue, (size_t)count);
	output->granted += (uint32_t)count;
	*taken = clock_ms();
	return true;
}

/* Tells the agent of what was written. */
static bool output_grant(struct monitor *monitor, struct output *output, uint32_t stream)
{
	struct frame frame = { .type = FRAME_WINDOW, .stream = stream, .length = 4 };
	uint8_t bytes[4];

	if (output->granted < GRANT_STEP || output->ended)
		return false;
	little_put32(bytes, output->granted);
	if (!queue_append_frame(&monitor->to_guest, &frame, bytes))
		return false;
	output->window += output->granted;
	output->granted = 0;
	return true;
}

static bool process_pump(struct monitor *monitor, struct process *process)
{
	bool moved = output_pump(&process->output, &process->taken);

	moved = output_pump(&process->errors, &process->taken) || moved;
	if (monitor->phase != PHASE_SERVING)
		return moved;
	moved = output_grant(monitor, &process->output, STREAM_STDOUT(process->number)) || moved;
	moved = output_grant(monitor, &process->errors, STREAM_STDERR(process->number)) || moved;
	if (process->running)
		moved = input_pump(monitor, process) || moved;
	return moved;
}

bool streams_pump(struct monitor *monitor)
{
	bool moved = false;

	for (uint32_t number = PROCESS_MAIN; number <= monitor->processes_top; number++)
		if (monitor->processes[number])
			moved = process_pump(monitor, monitor->processes[number]) || moved;
	return moved;
}

bool streams_drained(const struct process *process)
{
	return queue_length(&process->output.queue) == 0 &&
	       queue_length(&process->errors.queue) == 0;
}
