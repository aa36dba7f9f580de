/* SPDX-License-Identifier: Apache-2.0 */
#include "node_table.h"

#include <errno.h>
#include <linux/fuse.h>
#include <stdlib.h>
#include <sys/stat.h>

#define CHUNK 1024u /* nodes allocated at once; a chunk is never moved or freed */

static struct {
	struct node *chunks[NODES_MAX / CHUNK];
	unsigned int chunk_count;
	struct node *unused;
	struct node **buckets;
	unsigned int bucket_count, hashed;
	uint64_t generation;
} table;

static unsigned int bucket_of(const struct export *export, uint64_t dev, uint64_t ino)
{
	uint64_t mixed = (ino ^ dev << 32 ^ export->number) * 0x9e3779b97f4a7c15u;

	return (unsigned int)(mixed >> 32) & (table.bucket_count - 1);
}

static void hash_add(struct node *node)
{
	struct node **bucket = &table.buckets[bucket_of(node->export, node->dev, node->ino)];

	node->next = *bucket;
	*bucket = node;
	table.hashed++;
}

static void hash_remove(struct node *node)
{
	struct node **place = &table.buckets[bucket_of(node->export, node->dev, node->ino)];

	for (; *place; place = &(*place)->next) {
		if (*place == node) {
			*place = node->next;
			table.hashed--;
			return;
		}
	}
}

/* Keeps the chains short. Without memory for that they grow longer, and no more. */
static int hash_grow(void)
{
	unsigned int old_count = table.bucket_count;
	struct node **old = table.buckets;
	unsigned int count = old_count ? old_count * 2 : CHUNK;
	struct node **buckets = calloc(count, sizeof(struct node *));

	if (!buckets)
		return old ? 0 : ENOMEM;
	table.buckets = buckets;
	table.bucket_count = count;
	table.hashed = 0;
	for (unsigned int i = 0; i < old_count; i++) {
		for (struct node *node = old[i], *next; node; node = next) {
			next = node->next;
			hash_add(node);
		}
	}
	free(old);
	return 0;
}

struct node *node_table_file(const struct export *export, const struct file_status *status)
{
	uint64_t dev = (uint64_t)status->dev_major << 32 | status->dev_minor;
	struct node *node = NULL;

	if (table.bucket_count)
		node = table.buckets[bucket_of(export, dev, status->ino)];
	for (; node; node = node->next) {
		if (node->ino == status->ino && node->dev == dev && node->mount == status->mount &&
		    node->export == export)
			return node;
	}
	return NULL;
}

struct node *node_table_id(const struct export *export, uint64_t id)
{
	unsigned int slot = (unsigned int)id;
	struct node *node;

	if (id == FUSE_ROOT_ID)
		return export->root;
	if (slot >= table.chunk_count * CHUNK)
		return NULL;
	node = &table.chunks[slot / CHUNK][slot % CHUNK];
	return node->id == id && node->export == export && node->lookups ? node : NULL;
}

static struct node *slot_take(void)
{
	struct node *node, *chunk;

	if (!table.unused) {
		if (table.chunk_count == NODES_MAX / CHUNK)
			return NULL;
		chunk = calloc(CHUNK, sizeof(*chunk));
		if (!chunk)
			return NULL;
		for (unsigned int i = CHUNK; i-- > 0;) {
			/* A free slot's `parent` is its own number. */
			chunk[i].parent = table.chunk_count * CHUNK + i;
			chunk[i].next = table.unused;
			table.unused = &chunk[i];
		}
		table.chunks[table.chunk_count++] = chunk;
	}
	node = table.unused;
	table.unused = node->next;
	return node;
}

int node_table_add(struct export *export, const struct file_status *status, struct node **node)
{
	struct node *added;

	if (table.hashed >= table.bucket_count && hash_grow())
		return ENOMEM;
	added = slot_take();
	if (!added)
		return ENFILE;
	*added = (struct node){
		.id = ++table.generation << 32 | added->parent,
		.export = export,
		.fd = -1,
		.type = status->mode & S_IFMT,
		.dev = (uint64_t)status->dev_major << 32 | status->dev_minor,
		.ino = status->ino,
		.mount = status->mount,
		.born = status->born,
	};
	hash_add(added);
	*node = added;
	return 0;
}

void node_table_remove(struct node *node)
{
	uint64_t slot = (uint32_t)node->id;

	hash_remove(node);
	free(node->name);
	*node = (struct node){ .parent = slot, .next = table.unused };
	table.unused = node;
}

void node_table_disown(struct node *node)
{
	hash_remove(node);
	node->ino = 0;
	hash_add(node);
}

void node_table_each(const struct export *export, void (*act)(struct node *node))
{
	for (unsigned int i = 0; i < table.chunk_count * CHUNK; i++) {
		struct node *node = &table.chunks[i / CHUNK][i % CHUNK];

		if (node->id && node->export == export)
			act(node);
	}
}
