/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"
#include "link.h"
#include "little_endian.h"
#include "node.h"

/* The server gives the window back in pieces of this size, so that most messages need no WINDOW of
 * their own. It may keep less than a piece back, which leaves the sender room for any message. */
#define WINDOW_PIECE (FILES_WINDOW / 4)
_Static_assert(FILES_WINDOW - WINDOW_PIECE >= 2 * MESSAGE_MAX,
	       "the sender can always send a message");

#define SPARES_MAX 4u

static pthread_mutex_t input_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t output_lock = PTHREAD_MUTEX_INITIALIZER;
/* Message buffers that nobody uses; input_lock guards them. */
static struct message *spares;
static unsigned int spare_count;

static struct message *spare_take(void)
{
	struct message *message = spares;

	if (!message)
		return malloc(sizeof(*message));
	spares = message->next;
	spare_count--;
	return message;
}

static void spare_give(struct message *message)
{
	if (!message)
		return;
	if (spare_count == SPARES_MAX) {
		free(message);
		return;
	}
	message->next = spares;
	spares = message;
	spare_count++;
}

static void nonsense(struct export *export, const char *why)
{
	export_log(export, "the guest sent %s", why);
	stream_close(export);
}

/* Whether `message` can be a message, or the beginning of one; `whole` is then its length. */
static bool length_check(const struct message *message, size_t *whole)
{
	if (message->length < sizeof(uint32_t))
		return true;
	*whole = little_get32(message->bytes);
	return *whole >= sizeof(struct fuse_in_header) && *whole <= MESSAGE_MAX &&
	       message->length <= *whole;
}

/*
 * Adds the bytes of a frame to the message that `export` is assembling. A message that came in one
 * frame, as nearly all do, goes to `*message` directly. Returns whether it is whole.
 */
static bool message_add(struct export *export, const uint8_t *bytes, size_t length,
			struct message **message)
{
	struct message *partial = export->partial;
	size_t whole = SIZE_MAX;

	if (!partial) {
		partial = *message;
		partial->length = 0;
	}
	if (length > MESSAGE_MAX - partial->length) {
		nonsense(export, "a message that is too long");
		return false;
	}
	memcpy(partial->bytes + partial->length, bytes, length);
	partial->length += length;
	if (!length_check(partial, &whole)) {
		nonsense(export, "a message whose length is wrong, or two in one frame");
		return false;
	}
	if (partial->length == whole) {
		if (export->partial) {
			spare_give(*message);
			*message = partial;
			export->partial = NULL;
		}
		return true;
	}
	if (!export->partial) {
		struct message *spare = spare_take();

		if (!spare) {
			export_log(export, "out of memory");
			stream_close(export);
			return false;
		}
		export->partial = partial;
		*message = spare;
	}
	return false;
}

static bool data_take(struct export *export, const uint8_t *bytes, size_t length,
		      struct message **message)
{
	if (atomic_fetch_add(&export->window_used, (unsigned int)length) + length > FILES_WINDOW) {
		nonsense(export, "more than its window allows");
		return false;
	}
	return length && message_add(export, bytes, length, message);
}

struct export *stream_next(struct message **message)
{
	struct export *export;
	struct frame frame;
	const uint8_t *payload;

	pthread_mutex_lock(&input_lock);
	for (;;) {
		link_read(&frame, &payload);
		if (frame.stream < STREAM_FILES || frame.stream - STREAM_FILES >= EXPORT_MAX ||
		    !exports[frame.stream - STREAM_FILES])
			link_fail("a frame of no export");
		export = exports[frame.stream - STREAM_FILES];
		if (export->closed) {
			spare_give(export->partial);
			export->partial = NULL;
			continue;
		}
		if (frame.type == FRAME_DATA && !frame.flags) {
			if (data_take(export, payload, frame.length, message))
				break;
		} else if (frame.type == FRAME_END && !frame.length && !frame.flags) {
			stream_close(export);
		} else {
			nonsense(export, "a frame that does not belong on its stream");
		}
	}
	pthread_mutex_unlock(&input_lock);
	return export;
}

void stream_answer(struct export *export, size_t length, const struct reply *reply)
{
	unsigned int pending =
	    atomic_fetch_add(&export->window_pending, (unsigned int)length) + (unsigned int)length;
	unsigned int window = 0;

	if (pending >= WINDOW_PIECE) {
		window = atomic_exchange(&export->window_pending, 0);
		atomic_fetch_sub(&export->window_used, window);
	}
	if (!reply->length && !window)
		return;
	pthread_mutex_lock(&output_lock);
	if (!export->closed)
		link_write_data(STREAM_FILES + export->number, reply->bytes, reply->length, window);
	pthread_mutex_unlock(&output_lock);
}

void stream_close(struct export *export)
{
	bool was_closed;

	pthread_mutex_lock(&output_lock);
	was_closed = atomic_exchange(&export->closed, true);
	if (!was_closed)
		link_write(FRAME_END, STREAM_FILES + export->number, NULL, 0);
	pthread_mutex_unlock(&output_lock);
	if (was_closed)
		return;
	handle_release_all(export);
	node_forget_all(export);
}
