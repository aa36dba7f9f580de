/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_QUEUE_H
#define XEN_RUNC_MONITOR_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/*
 * Bytes on their way, in address space reserved once. The kernel gives memory for what is used, and
 * gets it back when a queue that was long has run empty.
 */
struct queue {
	uint8_t *bytes;
	size_t size, head, tail;
	size_t peak;	  /* how far memory was touched since it was last given back */
	const char *peer; /* for whom its frames are; NULL if they are not traced */
};

/* -1 with errno. */
int queue_open(struct queue *queue, size_t size);
void queue_close(struct queue *queue);

static inline size_t queue_length(const struct queue *queue)
{
	return queue->tail - queue->head;
}

static inline size_t queue_room(const struct queue *queue)
{
	return queue->size - queue_length(queue);
}

static inline const uint8_t *queue_front(const struct queue *queue)
{
	return queue->bytes + queue->head;
}

/* The caller has looked at queue_room. */
void queue_append(struct queue *queue, const void *bytes, size_t length);
/* Removes bytes from the front. */
void queue_drop(struct queue *queue, size_t length);
/* Removes bytes from the back. */
void queue_cut(struct queue *queue, size_t length);

/* A whole frame; false, and nothing done, if it does not fit. */
bool queue_append_frame(struct queue *queue, const struct frame *frame, const void *payload);

#endif
