/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent.h"
#include "child.h"
#include "mount_api.h"
#include "prepare.h"

/* A MOUNT, decoded. */
struct mount_order {
	char type[TEXT_SIZE], target[TEXT_SIZE], source[TEXT_SIZE], data[TEXT_SIZE];
	uint64_t flags, clear, propagation;
	const struct export *export; /* of TYPE export, else NULL */
};

static noreturn void mount_fail(const struct mount_order *order, const char *what)
{
	int status = errno;

	child_fail(status, "mount %s at %s: %s: %s%s%s", order->type, order->target, what,
		   child_error(status), mount_reason[0] ? ": " : "", mount_reason);
}

static void order_decode(const struct agent *agent, struct payload group, struct mount_order *order)
{
	*order = (struct mount_order){
		.flags = payload_u64(group, FIELD_FLAGS, 0),
		.clear = payload_u64(group, FIELD_CLEAR_FLAGS, 0),
		.propagation = payload_u64(group, FIELD_PROPAGATION, 0),
	};
	payload_text(group, FIELD_TYPE, order->type);
	payload_text(group, FIELD_TARGET, order->target);
	payload_text(group, FIELD_SOURCE, order->source);
	payload_text(group, FIELD_DATA, order->data);
	if (strcmp(order->type, "export") == 0) {
		uint32_t number = payload_u32(group, FIELD_NUMBER, EXPORT_MAX);

		errno = ENOENT;
		if (number >= agent->files.limit || !agent->files.exports[number].reply)
			mount_fail(order, "no such export");
		order->export = &agent->files.exports[number];
	}
}

/* Exports whose mount is attached somewhere; a further place needs a copy of it. */
static bool export_shown[EXPORT_MAX];

/* Linux before 6.15 copies only what is attached: the first place gets the mount itself. */
static int export_show(const struct mount_order *order)
{
	bool *shown = &export_shown[order->export->number];
	int mount_fd = order->export->mount_fd;
	int fd = *shown ? mount_copy(mount_fd, false) : fcntl(mount_fd, F_DUPFD_CLOEXEC, 0);

	*shown = true;
	/* A copy begins with what the first place set. */
	if (fd >= 0 && mount_change(fd, order->flags, order->clear | ~order->flags, 0) < 0)
		return -1;
	return fd;
}

/* A mount that is attached nowhere. */
static int order_make(const struct mount_order *order)
{
	struct mount_request request = {
		/* The guest has version 2 alone; what the container sees is its own cgroup. */
		.type = strcmp(order->type, "cgroup") == 0 ? "cgroup2" : order->type,
		.source = order->source[0] ? order->source : NULL,
		.data = order->data[0] ? order->data : NULL,
		.flags = order->flags & ~order->clear,
	};

	return order->export ? export_show(order) : mount_make(&request);
}

static bool order_is_dev(const struct mount_order *order)
{
	return strcmp(order->type, "tmpfs") == 0 && strcmp(order->target, "/dev") == 0;
}

static void order_carry_out(int root, struct mount_order *order)
{
	bool directory = !order->export || S_ISDIR(order->export->mode);
	bool read_only = order->flags & MS_RDONLY && order_is_dev(order);
	int target, mount_fd;

	if (read_only) /* once its nodes are made */
		order->flags &= ~(uint64_t)MS_RDONLY;
	target = target_open(root, order->target, directory);
	if (target < 0)
		mount_fail(order, "make the target");
	mount_fd = order_make(order);
	if (mount_fd < 0)
		mount_fail(order, "make the mount");
	if (order_is_dev(order))
		devices_default(mount_fd);
	if (mount_attach(mount_fd, target) < 0)
		mount_fail(order, "attach");
	if ((read_only && mount_change(mount_fd, MS_RDONLY, 0, 0) < 0) ||
	    (order->propagation && mount_change(mount_fd, 0, 0, order->propagation) < 0))
		mount_fail(order, "set flags");
	close(mount_fd);
	close(target);
}

void mounts_make(const struct agent *agent, int root, struct payload prepare)
{
	struct field_reader reader = payload_reader(prepare);
	struct mount_order order;
	struct field field;

	while (payload_next(&reader, FIELD_MOUNT, &field)) {
		order_decode(agent, payload_group(&field), &order);
		if (strcmp(order.target, "/") != 0)
			order_carry_out(root, &order);
	}
}

int mounts_root(const struct agent *agent, struct payload prepare)
{
	const struct export *root_export = &agent->files.exports[0];
	struct field_reader reader = payload_reader(prepare);
	struct mount_order order;
	struct field field;
	int fd;

	if (root_export->reply) {
		export_shown[0] = true;
		return root_export->mount_fd;
	}
	while (payload_next(&reader, FIELD_MOUNT, &field)) {
		order_decode(agent, payload_group(&field), &order);
		if (strcmp(order.target, "/") != 0)
			continue;
		fd = order_make(&order);
		if (fd < 0)
			mount_fail(&order, "make the mount");
		return fd;
	}
	child_fail(EINVAL, "prepare: no root: neither export 0 nor a mount at /");
}
