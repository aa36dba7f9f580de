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

#include "node_table.h"

#define DEPTH_MAX 256u	  /* parents opened, each in its own; the host may make a loop of them */
#define ENDED_MAX 64u	  /* more at a time, as when an export ends, are closed with the lock */
#define EVICT_ATTEMPTS 8u /* a file without links keeps its descriptor: try only so many */

static struct {
	pthread_mutex_t lock;
	unsigned int open_fds, open_fds_max;
	unsigned int ended;
	int ended_fds[ENDED_MAX]; /* to be closed without the lock */
	struct node uses;	  /* head of the ring by last use: older = the newest */
} nodes = { .lock = PTHREAD_MUTEX_INITIALIZER,
	    .uses = { .newer = &nodes.uses, .older = &nodes.uses } };

static void use_add(struct node *node)
{
	node->newer = &nodes.uses;
	node->older = nodes.uses.older;
	node->older->newer = node;
	nodes.uses.older = node;
}

static void use_remove(struct node *node)
{
	node->newer->older = node->older;
	node->older->newer = node->newer;
}

static bool same_birth(const struct node *node, const struct file_status *status)
{
	return node->type == (status->mode & S_IFMT) &&
	       node->born.seconds == status->born.seconds &&
	       node->born.nanoseconds == status->born.nanoseconds;
}

static void lock(void)
{
	pthread_mutex_lock(&nodes.lock);
}

/* Closes the descriptors of the nodes that ended meanwhile, after unlocking: the last close of a
 * file without a name frees its blocks, which takes long for a large file. */
static void unlock(void)
{
	int fds[ENDED_MAX];
	unsigned int count = nodes.ended;

	memcpy(fds, nodes.ended_fds, count * sizeof(int));
	nodes.ended = 0;
	pthread_mutex_unlock(&nodes.lock);
	while (count)
		close(fds[--count]);
}

/* Ends a node that nobody holds or knows. */
static void end(struct node *node)
{
	if (node->fd >= 0) {
		if (nodes.ended < ENDED_MAX)
			nodes.ended_fds[nodes.ended++] = node->fd;
		else
			close(node->fd);
		nodes.open_fds--;
	}
	node_table_remove(node);
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

/* Closes the descriptors that were unused for longest, until no more than the limit are open. */
static void fds_limit(void)
{
	struct file_status status;

	for (unsigned int i = 0; nodes.open_fds > nodes.open_fds_max && i < EVICT_ATTEMPTS; i++) {
		struct node *node = nodes.uses.newer;

		if (node == &nodes.uses)
			return;
		use_remove(node);
		if (!node->name || file_status_known(node->fd, &status) || !status.links) {
			use_add(node);
			continue;
		}
		node->born = status.born;
		close(node->fd);
		node->fd = -1;
		nodes.open_fds--;
	}
}

static void fd_set_open(struct node *node, int fd)
{
	node->fd = fd;
	nodes.open_fds++;
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
		end(node);
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
	parent = node->name ? node_table_id(node->export, node->parent) : NULL;
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
	if (!error &&
	    (node_table_file(node->export, &status) != node || !same_birth(node, &status)))
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
	struct node *node = node_table_file(export, status);

	if (node && node->fd < 0 && !same_birth(node, status)) {
		/* The old file is gone, and another file has its inode number. */
		node_table_disown(node);
		node = NULL;
	}
	if (!node) {
		int error = node_table_add(export, status, &node);

		if (error)
			return error;
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
	nodes.open_fds_max = count < NODE_FDS_MAX ? count : NODE_FDS_MAX;
}

int node_root(struct export *export)
{
	struct file_status status;
	struct node top = { .export = export };
	uint64_t id;
	int error = file_status_read(export->mount_fd, "", &status);

	if (error)
		return error;
	lock();
	error = count_lookup(&top, "", export->mount_fd, &status, &id);
	if (!error) {
		export->root = node_table_file(export, &status);
		hold(export->root); /* for ever */
	}
	unlock();
	return error;
}

int node_get(struct export *export, uint64_t id, struct node **node)
{
	struct node *found;
	int error = ESTALE;

	lock();
	found = node_table_id(export, id);
	if (found) {
		hold(found);
		error = open_again(found, 0);
		if (error)
			let_go(found);
	}
	unlock();
	*node = error ? NULL : found;
	return error;
}

void node_hold(struct node *node)
{
	lock();
	hold(node);
	unlock();
}

void node_put(struct node *node)
{
	lock();
	let_go(node);
	unlock();
}

int node_adopt(struct node *parent, const char *name, int fd, struct file_status *status,
	       uint64_t *id)
{
	int error = file_status_read(fd, "", status);

	if (!error) {
		lock();
		error = count_lookup(parent, name, fd, status, id);
		unlock();
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
	/* Most lookups confirm a name. While a node is open, no other file gets its inode number.
	 */
	lock();
	node = node_table_file(parent->export, status);
	if (node && node->fd >= 0) {
		error = count_lookup(parent, name, -1, status, id);
		unlock();
		return error;
	}
	unlock();
	fd = node_resolve(parent->fd, name);
	if (fd < 0)
		return errno;
	return node_adopt(parent, name, fd, status, id);
}

int node_note(struct node *parent, const char *name, const struct file_status *status, uint64_t *id)
{
	int error;

	lock();
	error = count_lookup(parent, name, -1, status, id);
	unlock();
	return error;
}

void node_moved(struct node *parent, const char *name)
{
	struct file_status status;
	struct node *node;

	if (file_status_read(parent->fd, name, &status))
		return;
	lock();
	node = node_table_file(parent->export, &status);
	if (node && node != parent->export->root)
		place_set(node, parent->id, name);
	unlock();
}

bool node_cache_check(struct node *node, const struct file_status *status)
{
	struct timespec now;
	bool same;

	clock_gettime(CLOCK_REALTIME, &now);
	lock();
	same = node->cached_size == status->size &&
	       node->cached_changed.seconds == status->changed.seconds &&
	       node->cached_changed.nanoseconds == status->changed.nanoseconds;
	node->cached_size = status->size;
	node->cached_changed = status->changed;
	/* The clock of files ticks slowly: a change a moment ago may not be the last with this
	 * time. */
	if (now.tv_sec - status->changed.seconds < 2)
		node->cached_changed = (struct file_time){ 0 };
	unlock();
	return same;
}

static void forget(struct node *node, uint64_t count)
{
	node->lookups -= count < node->lookups ? count : node->lookups;
	if (node->lookups || node->pins)
		return;
	if (node->fd >= 0)
		use_remove(node);
	end(node);
}

void node_forget(struct export *export, uint64_t id, uint64_t count)
{
	struct node *node;

	lock();
	node = node_table_id(export, id);
	if (node && node != export->root)
		forget(node, count);
	unlock();
}

static void forget_all(struct node *node)
{
	if (node->lookups && node != node->export->root)
		forget(node, UINT64_MAX);
}

void node_forget_all(const struct export *export)
{
	lock();
	node_table_each(export, forget_all);
	unlock();
}
