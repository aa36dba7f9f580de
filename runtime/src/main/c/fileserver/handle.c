/* SPDX-License-Identifier: Apache-2.0 */
#include "handle.h"

#include <errno.h>
#include <linux/fuse.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK 256u /* handles allocated at once; a chunk is never moved or freed */

static struct {
	pthread_mutex_t lock;
	struct handle *chunks[HANDLES_MAX / CHUNK];
	unsigned int chunk_count;
	struct handle *unused;
	uint64_t generation;
} table = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct handle *slot_take(void)
{
	struct handle *handle, *chunk;

	if (!table.unused) {
		if (table.chunk_count == HANDLES_MAX / CHUNK)
			return NULL;
		chunk = calloc(CHUNK, sizeof(*chunk));
		if (!chunk)
			return NULL;
		for (unsigned int i = CHUNK; i-- > 0;) {
			/* A free handle's id is its slot's number, without a generation. */
			chunk[i].id = table.chunk_count * CHUNK + i;
			chunk[i].released = true;
			chunk[i].next = table.unused;
			pthread_mutex_init(&chunk[i].position_lock, NULL);
			table.unused = &chunk[i];
		}
		table.chunks[table.chunk_count++] = chunk;
	}
	handle = table.unused;
	table.unused = handle->next;
	return handle;
}

/* Ends a handle that is released and that nobody holds, and unlocks the table first: the close of a
 * file may take as long as its file system likes. */
static void slot_give_unlocking(struct handle *handle)
{
	struct node *node = handle->node;
	int fd = handle->fd;

	handle->id = (uint32_t)handle->id;
	handle->next = table.unused;
	table.unused = handle;
	pthread_mutex_unlock(&table.lock);
	close(fd);
	node_put(node);
}

static struct handle *find(const struct export *export, uint64_t id, bool directory)
{
	unsigned int slot = (unsigned int)id;
	struct handle *handle;

	if (slot >= table.chunk_count * CHUNK)
		return NULL;
	handle = &table.chunks[slot / CHUNK][slot % CHUNK];
	return handle->id == id && !handle->released && handle->node->export == export &&
		       handle->directory == directory
		   ? handle
		   : NULL;
}

int handle_open(struct node *node, int fd, bool directory, uint64_t *id)
{
	struct handle *handle;

	pthread_mutex_lock(&table.lock);
	handle = slot_take();
	if (handle) {
		node_hold(node);
		handle->id = ++table.generation << 32 | (uint32_t)handle->id;
		handle->node = node;
		handle->fd = fd;
		handle->directory = directory;
		handle->released = false;
		handle->position = 0;
		*id = handle->id;
	}
	pthread_mutex_unlock(&table.lock);
	if (handle)
		return 0;
	close(fd);
	return EMFILE;
}

int handle_get(const struct export *export, uint64_t id, uint64_t node_id, bool directory,
	       struct handle **handle)
{
	pthread_mutex_lock(&table.lock);
	*handle = find(export, id, directory);
	if (*handle && (node_id == FUSE_ROOT_ID ? (*handle)->node != export->root
						: (*handle)->node->id != node_id))
		*handle = NULL;
	if (*handle)
		(*handle)->pins++;
	pthread_mutex_unlock(&table.lock);
	return *handle ? 0 : EBADF;
}

void handle_put(struct handle *handle)
{
	pthread_mutex_lock(&table.lock);
	if (!--handle->pins && handle->released)
		slot_give_unlocking(handle);
	else
		pthread_mutex_unlock(&table.lock);
}

static void release_unlocking(struct handle *handle)
{
	handle->released = true;
	if (!handle->pins)
		slot_give_unlocking(handle);
	else
		pthread_mutex_unlock(&table.lock);
}

int handle_release(const struct export *export, uint64_t id, bool directory)
{
	struct handle *handle;

	pthread_mutex_lock(&table.lock);
	handle = find(export, id, directory);
	if (handle)
		release_unlocking(handle);
	else
		pthread_mutex_unlock(&table.lock);
	return handle ? 0 : EBADF;
}

void handle_release_all(const struct export *export)
{
	pthread_mutex_lock(&table.lock);
	for (unsigned int i = 0; i < table.chunk_count * CHUNK; i++) {
		struct handle *handle = &table.chunks[i / CHUNK][i % CHUNK];

		if (handle->released || handle->node->export != export)
			continue;
		release_unlocking(handle);
		pthread_mutex_lock(&table.lock);
	}
	pthread_mutex_unlock(&table.lock);
}
