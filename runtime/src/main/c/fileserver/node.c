/* SPDX-License-Identifier: Apache-2.0 */
#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 1024u    /* nodes allocated at once; never moved, never given back */
#define DEPTH_MAX 256u /* parents to open again one in the other; hosts may make a loop of them */
#define EVICT_ATTEMPTS 8u /* a file without links cannot be opened again: not tried for ever */

static struct {
	pthread_mutex_t lock;
	struct node *chunks[NODES_MAX / CHUNK];
	unsigned int chunk_count;
	struct node *unused;
	struct node **buckets;
	unsigned int bucket_count, hashed;
	unsigned int open_fds, open_fds_max;
	uint64_t generation;
	struct node uses; /* head of the ring by last use: older = the newest */
} table = { .lock = PTHREAD_MUTEX_INITIALIZER,
	    .uses = { .newer = &table.uses, .older = &table.uses } };

static void use_add(struct node *node)
{
	node->newer = &table.uses;
	node->older = table.uses.older;
	node->older->newer = node;
	table.uses.older = node;
}

static void use_remove(struct node *node)
{
	node->newer->older = node->older;
	node->older->newer = node->newer;
}

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

/* Keeps chains short; without memory for it they only grow longer. */
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

static struct node *find_file(const struct export *export, const struct file_status *status)
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

static struct node *find_id(const struct export *export, uint64_t id)
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

static bool same_birth(const struct node *node, const struct file_status *status)
{
	return node->type == (status->mode & S_IFMT) &&
	       node->born.seconds == status->born.seconds &&
	       node->born.nanoseconds == status->born.nanoseconds;
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
			/* A free slot keeps its own number here. */
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

/* Frees a node that nobody holds or knows. */
static void slot_give(struct node *node)
{
	uint64_t slot = (uint32_t)node->id;

	hash_remove(node);
	if (node->fd >= 0) {
		close(node->fd);
		table.open_fds--;
	}
	free(node->name);
	*node = (struct node){ .parent = slot, .next = table.unused };
	table.unused = node;
}

static void place_set(struct node *node, uint64_t parent, const char *name)
{
	if (!name)
		return;
	if (node->name && node->parent == parent && !strcmp(node->name, name))
		return;
	free(node->name);
	node->name = strdup(name);
	node->parent = parent;
}

/* Closes descriptors that were not used for longest until enough are left. */
static void fds_limit(void)
{
	struct file_status status;

	for (unsigned int i = 0; table.open_fds > table.open_fds_max && i < EVICT_ATTEMPTS; i++) {
		struct node *node = table.uses.newer;

		if (node == &table.uses)
			return;
		use_remove(node);
		if (!node->name || file_status_read(node->fd, "", &status) || !status.links) {
			use_add(node);
			continue;
		}
		node->born = status.born;
		close(node->fd);
		node->fd = -1;
		table.open_fds--;
	}
}

static void fd_set_open(struct node *node, int fd)
{
	node->fd = fd;
	table.open_fds++;
	if (!node->pins)
		use_add(node);
	fds_limit();
}

int node_resolve(int fd, const char *name)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, fd, name, &how, sizeof(how));
}

static void hold(struct node *node)
{
	if (!node->pins++ && node->fd >= 0)
		use_remove(node);
}

static void let_go(struct node *node)
{
	if (--node->pins)
		return;
	if (!node->lookups) {
		slot_give(node);
	} else if (node->fd >= 0) {
		use_add(node);
		fds_limit();
	}
}

static int open_again(struct node *node, unsigned int depth)
{
	struct file_status status;
	struct node *parent;
	int error, fd;

	if (node->fd >= 0)
		return 0;
	parent = node->name ? find_id(node->export, node->parent) : NULL;
	if (!parent || depth == DEPTH_MAX)
		return ESTALE;
	hold(parent);
	error = open_again(parent, depth + 1);
	fd = error ? -1 : node_resolve(parent->fd, node->name);
	if (!error && fd < 0)
		error = errno == ENOENT || errno == ENOTDIR ? ESTALE : errno;
	let_go(parent);
	if (error)
		return error;
	error = file_status_read(fd, "", &status);
	if (!error && (find_file(node->export, &status) != node || !same_birth(node, &status)))
		error = ESTALE;
	if (error)
		close(fd);
	else
		fd_set_open(node, fd);
	return error;
}

/* Finds or makes the node of the file, counts a lookup, and takes `fd` unless it is -1. */
static int count_lookup(struct node *parent, const char *name, int fd,
			const struct file_status *status, uint64_t *id)
{
	struct export *export = parent->export;
	struct node *node = find_file(export, status);

	if (node && node->fd < 0 && !same_birth(node, status)) {
		/* The old file is gone and its inode number is another's. */
		hash_remove(node);
		node->ino = 0;
		hash_add(node);
		node = NULL;
	}
	if (!node) {
		if (table.hashed >= table.bucket_count && hash_grow())
			return ENOMEM;
		node = slot_take();
		if (!node)
			return ENFILE;
		*node = (struct node){
			.id = ++table.generation << 32 | node->parent,
			.export = export,
			.fd = -1,
			.type = status->mode & S_IFMT,
			.dev = (uint64_t)status->dev_major << 32 | status->dev_minor,
			.ino = status->ino,
			.mount = status->mount,
			.born = status->born,
		};
		hash_add(node);
	}
	node->lookups++;
	if (node != export->root)
		place_set(node, parent->id, name);
	if (fd >= 0 && node->fd >= 0)
		close(fd);
	else if (fd >= 0)
		fd_set_open(node, fd);
	*id = node == export->root ? FUSE_ROOT_ID : node->id;
	return 0;
}

void node_fds_limit(unsigned int count)
{
	table.open_fds_max = count < NODE_FDS_MAX ? count : NODE_FDS_MAX;
}

int node_root(struct export *export)
{
	struct file_status status;
	struct node top = { .export = export };
	uint64_t id;
	int error = file_status_read(export->mount_fd, "", &status);

	if (error)
		return error;
	pthread_mutex_lock(&table.lock);
	error = count_lookup(&top, "", export->mount_fd, &status, &id);
	if (!error) {
		export->root = find_file(export, &status);
		hold(export->root); /* for ever */
	}
	pthread_mutex_unlock(&table.lock);
	return error;
}

int node_get(struct export *export, uint64_t id, struct node **node)
{
	int error;

	pthread_mutex_lock(&table.lock);
	*node = find_id(export, id);
	error = ESTALE;
	if (*node) {
		hold(*node);
		error = open_again(*node, 0);
		if (error)
			let_go(*node);
	}
	pthread_mutex_unlock(&table.lock);
	return error;
}

void node_hold(struct node *node)
{
	pthread_mutex_lock(&table.lock);
	hold(node);
	pthread_mutex_unlock(&table.lock);
}

void node_put(struct node *node)
{
	pthread_mutex_lock(&table.lock);
	let_go(node);
	pthread_mutex_unlock(&table.lock);
}

int node_adopt(struct node *parent, const char *name, int fd, struct file_status *status,
	       uint64_t *id)
{
	int error = file_status_read(fd, "", status);

	if (!error) {
		pthread_mutex_lock(&table.lock);
		error = count_lookup(parent, name, fd, status, id);
		pthread_mutex_unlock(&table.lock);
	}
	if (error)
		close(fd);
	return error;
}

int node_lookup(struct node *parent, const char *name, struct file_status *status, uint64_t *id)
{
	struct node *node;
	int fd, error = file_status_read(parent->fd, name, status);

	if (error)
		return error;
	/* Most lookups confirm a name. An open node keeps its inode number from being used again.
	 */
	pthread_mutex_lock(&table.lock);
	node = find_file(parent->export, status);
	if (node && node->fd >= 0) {
		error = count_lookup(parent, name, -1, status, id);
		pthread_mutex_unlock(&table.lock);
		return error;
	}
	pthread_mutex_unlock(&table.lock);
	fd = node_resolve(parent->fd, name);
	if (fd < 0)
		return errno;
	return node_adopt(parent, name, fd, status, id);
}

int node_note(struct node *parent, const char *name, const struct file_status *status, uint64_t *id)
{
	int error;

	pthread_mutex_lock(&table.lock);
	error = count_lookup(parent, name, -1, status, id);
	pthread_mutex_unlock(&table.lock);
	return error;
}

void node_moved(struct node *parent, const char *name)
{
	struct file_status status;
	struct node *node;

	if (file_status_read(parent->fd, name, &status))
		return;
	pthread_mutex_lock(&table.lock);
	node = find_file(parent->export, &status);
	if (node && node != parent->export->root)
		place_set(node, parent->id, name);
	pthread_mutex_unlock(&table.lock);
}

bool node_cache_check(struct node *node, const struct file_status *status)
{
	struct timespec now;
	bool same;

	clock_gettime(CLOCK_REALTIME, &now);
	pthread_mutex_lock(&table.lock);
	same = node->cached_size == status->size &&
	       node->cached_changed.seconds == status->changed.seconds &&
	       node->cached_changed.nanoseconds == status->changed.nanoseconds;
	node->cached_size = status->size;
	node->cached_changed = status->changed;
	/* The clock of files ticks slowly: a change a moment ago may not be the last with this
	 * time. */
	if (now.tv_sec - status->changed.seconds < 2)
		node->cached_changed = (struct file_time){ 0 };
	pthread_mutex_unlock(&table.lock);
	return same;
}

static void forget(struct node *node, uint64_t count)
{
	node->lookups -= count < node->lookups ? count : node->lookups;
	if (node->lookups || node->pins)
		return;
	if (node->fd >= 0)
		use_remove(node);
	slot_give(node);
}

void node_forget(struct export *export, uint64_t id, uint64_t count)
{
	struct node *node;

	pthread_mutex_lock(&table.lock);
	node = find_id(export, id);
	if (node && node != export->root)
		forget(node, count);
	pthread_mutex_unlock(&table.lock);
}

void node_forget_all(const struct export *export)
{
	pthread_mutex_lock(&table.lock);
	for (unsigned int i = 0; i < table.chunk_count * CHUNK; i++) {
		struct node *node = &table.chunks[i / CHUNK][i % CHUNK];

		if (node->id && node->export == export && node->lookups && node != export->root)
			forget(node, UINT64_MAX);
	}
	pthread_mutex_unlock(&table.lock);
}
