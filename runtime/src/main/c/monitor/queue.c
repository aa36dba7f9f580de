/* SPDX-License-Identifier: Apache-2.0 */
#include "queue.h"

#include <string.h>
#include <sys/mman.h>

#include "trace.h"

/* Memory that an empty queue keeps, so that ordinary traffic does not ask the kernel each time. */
#define KEEP_SIZE 65536

int queue_open(struct queue *queue, size_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (bytes == MAP_FAILED)
		return -1;
	*queue = (struct queue){ .bytes = bytes, .size = size };
	return 0;
}

void queue_close(struct queue *queue)
{
	if (queue->bytes)
		munmap(queue->bytes, queue->size);
	*queue = (struct queue){ .bytes = NULL };
}

static void queue_settle(struct queue *queue)
{
	if (queue->head != queue->tail)
		return;
	queue->head = queue->tail = 0;
	if (queue->peak > 4 * KEEP_SIZE) {
		madvise(queue->bytes + KEEP_SIZE, queue->peak - KEEP_SIZE, MADV_DONTNEED);
		queue->peak = KEEP_SIZE;
	}
}

void queue_append(struct queue *queue, const void *bytes, size_t length)
{
	if (length > queue->size - queue->tail) {
		memmove(queue->bytes, queue->bytes + queue->head, queue_length(queue));
		queue->tail -= queue->head;
		queue->head = 0;
	}
	if (length)
		memcpy(queue->bytes + queue->tail, bytes, length);
	queue->tail += length;
	if (queue->tail > queue->peak)
		queue->peak = queue->tail;
}

void queue_drop(struct queue *queue, size_t length)
{
	queue->head += length;
	queue_settle(queue);
}

void queue_cut(struct queue *queue, size_t length)
{
	queue->tail -= length;
	queue_settle(queue);
}

bool queue_append_frame(struct queue *queue, const struct frame *frame, const void *payload)
{
	uint8_t header[FRAME_HEADER_SIZE];

	if (queue_room(queue) < sizeof(header) + frame->length)
		return false;
	frame_encode(frame, header);
	queue_append(queue, header, sizeof(header));
	queue_append(queue, payload, frame->length);
	trace_sent(queue->peer, frame);
	return true;
}
