/* SPDX-License-Identifier: Apache-2.0 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "copy_up.h"
#include "mount_api.h"
#include "target.h"

/* A MOUNT, decoded. */
struct mount_order {
	char type[TEXT_SIZE], target[TEXT_SIZE], source[TEXT_SIZE], data[TEXT_SIZE];
	uint64_t flags, clear, propagation;
	bool copy_up;
	const struct export_mount *export; /* of TYPE export, else NULL */
	bool *shown;			   /* the export's place in export_shown */
};

/* By number, whether an export's mount is attached somewhere. */
static bool export_shown[EXPORT_MAX];

/* In the words of runc (libcontainer/rootfs_linux.go), which tools look for. */
__attribute__((format(printf, 3, 4))) static noreturn void
mount_fail(const struct mount_order *order, int status, const char *format, ...)
{
	char what[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	child_fail(status, "error mounting \"%.120s\" to rootfs at \"%.120s\": %s", order->source,
		   order->target, what);
}

static bool order_is_dev(const struct mount_order *order)
{
	return strcmp(order->target, "/dev") == 0 || strcmp(order->target, "/dev/") == 0;
}

static noreturn void mount_fail_here(const struct mount_order *order)
{
	int status = errno;

	mount_fail(order, status, "mount %.64s:%.64s: %s%s%s", order->source, order->target,
		   child_error(status), mount_reason[0] ? ": " : "", mount_reason);
}

static void order_decode(const struct inheritance *inheritance, struct payload group,
			 struct mount_order *order)
{
	*order = (struct mount_order){
		.flags = payload_u64(group, FIELD_FLAGS, 0),
		.clear = payload_u64(group, FIELD_CLEAR_FLAGS, 0),
		.propagation = payload_u64(group, FIELD_PROPAGATION, 0),
		.copy_up = payload_u32(group, FIELD_COPY_UP, 0),
	};
	payload_text(group, FIELD_TYPE, order->type);
	payload_text(group, FIELD_TARGET, order->target);
	if (!payload_text(group, FIELD_SOURCE, order->source))
		strcpy(order->source, order->type);
	payload_text(group, FIELD_DATA, order->data);
	if (strcmp(order->type, "export") == 0) {
		uint32_t number = payload_u32(group, FIELD_NUMBER, EXPORT_MAX);

		if (number >= inheritance->export_limit || !inheritance->exports[number].mode)
			mount_fail(order, ENOENT, "no such export");
		order->export = &inheritance->exports[number];
		order->shown = &export_shown[number];
	}
}

/* Linux before 6.15 copies only what is attached: the first place gets the mount itself. */
static int export_show(const struct mount_order *order)
{
	int mount_fd = order->export->fd;
	int fd = *order->shown ? mount_copy(mount_fd, false) : fcntl(mount_fd, F_DUPFD_CLOEXEC, 0);

	*order->shown = true;
	/* A copy begins with what the first place set. */
	if (fd >= 0 && mount_change(fd, order->flags, order->clear | ~order->flags, 0) < 0)
		return -1;
	return fd;
}

static struct mount_request order_request(const struct mount_order *order)
{
	return (struct mount_request){
		/* The guest has version 2 alone; what the container sees is its own cgroup. */
		.type = strcmp(order->type, "cgroup") == 0 ? "cgroup2" : order->type,
		.source = order->source,
		.data = order->data[0] ? order->data : NULL,
		.flags = order->flags & ~order->clear,
	};
}

/* Makes the order's mount, attached nowhere yet. */
static int order_make(const struct mount_order *order)
{
	struct mount_request request = order_request(order);

	return order->export ? export_show(order) : mount_make(&request);
}

/* `remount`: changes what is mounted there already; with `bind` nothing of its file system. */
static void order_remount(const struct mount_order *order, int target)
{
	struct mount_request request = order_request(order);

	mount_reason[0] = '\0';
	if ((order->flags & MS_BIND ? mount_flags_again(target, request.flags)
				    : mount_again(&request, target)) < 0)
		mount_fail_here(order);
	close(target);
}

/* A tmpfs on a directory that the image has takes its mode, unless told another. */
static void tmpfs_mode(int root, struct mount_order *order)
{
	int fd = path_open(root, order->target, O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT);
	char data[TEXT_SIZE];
	struct stat status;

	if (fd >= 0 && fstat(fd, &status) == 0 &&
	    snprintf(data, sizeof(data), "mode=%04o%s%s", status.st_mode & 07777,
		     order->data[0] ? "," : "", order->data) < (int)sizeof(data))
		strcpy(order->data, data);
	if (fd >= 0)
		close(fd);
}

/* Procfs and sysfs have to be where masks and read-only paths look for them: a link would lead
 * these astray. */
static void require_plain_directory(int root, const struct mount_order *order)
{
	int fd = path_open(root, order->target, O_PATH | O_NOFOLLOW, 0, RESOLVE_IN_ROOT);
	struct stat status;

	if (fd < 0)
		return;
	if (fstat(fd, &status) < 0 || !S_ISDIR(status.st_mode))
		mount_fail(order, ENOTDIR,
			   "filesystem \"%s\" must be mounted on ordinary directory", order->type);
	close(fd);
}

/* libcontainer/rootfs_linux.go, checkProcMount: lxcfs has its files here. */
static bool proc_file_allowed(const char *name)
{
	static const char *const allowed[] = { "cpuinfo", "diskstats", "meminfo",
					       "stat",	  "swaps",     "uptime",
					       "loadavg", "slabinfo",  "net/dev" };

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (strcmp(name, allowed[i]) == 0)
			return true;
	return strcmp(name, "sys/kernel/ns_last_pid") == 0;
}

/* Refuses what would forge procfs, wherever links have led. */
static void forgery_refuse(const struct inheritance *inheritance, const struct mount_order *order,
			   int target)
{
	char link[32], path[PATH_MAX], *inside = path + strlen(ROOT_PLACE);
	ssize_t length;

	snprintf(link, sizeof(link), "self/fd/%d", target);
	length = readlinkat(inheritance->proc_fd, link, path, sizeof(path) - 1);
	if (length < (ssize_t)strlen(ROOT_PLACE))
		mount_fail(order, errno, "readlink: %s", child_error(errno));
	path[length] = '\0';
	if (strncmp(inside, "/proc", 5) != 0 || (inside[5] && inside[5] != '/'))
		return;
	if (inside[5] && !proc_file_allowed(inside + 6))
		mount_fail(order, EPERM, "\"%.128s\" cannot be mounted because it is inside /proc",
			   inside);
	if (!inside[5] && order->export)
		mount_fail(order, EPERM,
			   "\"/proc\" cannot be mounted because it is not of type proc");
}

static void order_fill(const struct mount_order *order, int mount_fd, int target)
{
	if (copy_up(target, mount_fd) < 0)
		mount_fail(order, errno, "tmpcopyup: failed to copy %.64s: %s: %s", order->target,
			   copy_up_failure, child_error(errno));
}

/* mount(2) says ENOTDIR where move_mount(2) says EINVAL. */
static int attach(int mount_fd, int target)
{
	struct stat mounted, place;

	if (fstat(mount_fd, &mounted) < 0 || fstat(target, &place) < 0)
		return -1;
	if (S_ISDIR(mounted.st_mode) != S_ISDIR(place.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return mount_attach(mount_fd, target);
}

/* Makes and attaches a mount. Returns the root: `root`, or the mount, if its place is the root. */
static int order_carry_out(const struct inheritance *inheritance, int root,
			   struct mount_order *order)
{
	bool again = order->flags & MS_REMOUNT && !order->export;
	bool tmpfs = strcmp(order->type, "tmpfs") == 0 && !again;
	bool copy = tmpfs && order->copy_up;
	bool read_only = order->flags & MS_RDONLY && (copy || order_is_dev(order));
	int target, mount_fd;
	bool is_root;

	if (read_only) /* once it is filled; the nodes in /dev come last of all */
		order->flags &= ~(uint64_t)MS_RDONLY;
	if (tmpfs)
		tmpfs_mode(root, order);
	if (strcmp(order->type, "proc") == 0 || strcmp(order->type, "sysfs") == 0)
		require_plain_directory(root, order);
	target = target_open(root, order->target, !order->export || S_ISDIR(order->export->mode));
	if (target < 0)
		mount_fail(order, errno, "mkdir: %s", child_error(errno));
	forgery_refuse(inheritance, order, target);
	is_root = target_is_root(root, target);
	if (again) {
		order_remount(order, target);
		return root;
	}
	mount_fd = order_make(order);
	if (mount_fd < 0)
		mount_fail_here(order);
	if (copy)
		order_fill(order, mount_fd, target);
	if (attach(mount_fd, target) < 0 ||
	    (read_only && !order_is_dev(order) && mount_change(mount_fd, MS_RDONLY, 0, 0) < 0) ||
	    (order->propagation && mount_change(mount_fd, 0, 0, order->propagation) < 0))
		mount_fail_here(order);
	close(target);
	close(is_root ? root : mount_fd);
	return is_root ? mount_fd : root;
}

static bool root_exported(const struct inheritance *inheritance)
{
	return inheritance->export_limit && inheritance->exports[0].mode;
}

int mounts_make(const struct inheritance *inheritance, int root, struct payload prepare)
{
	struct field_reader reader = payload_reader(prepare);
	struct mount_order order;
	struct field field;

	while (payload_next(&reader, FIELD_MOUNT, &field)) {
		order_decode(inheritance, payload_group(&field), &order);
		if (root_exported(inheritance) || strcmp(order.target, "/") != 0)
			root = order_carry_out(inheritance, root, &order);
	}
	return root;
}

int mounts_root(const struct inheritance *inheritance, struct payload prepare)
{
	struct field_reader reader = payload_reader(prepare);
	struct mount_order order;
	struct field field;
	int fd;

	if (root_exported(inheritance)) {
		export_shown[0] = true;
		return inheritance->exports[0].fd;
	}
	while (payload_next(&reader, FIELD_MOUNT, &field)) {
		order_decode(inheritance, payload_group(&field), &order);
		if (strcmp(order.target, "/") != 0)
			continue;
		fd = order_make(&order);
		if (fd < 0)
			mount_fail_here(&order);
		return fd;
	}
	child_fail(EINVAL, "prepare: no root: neither export 0 nor a mount at /");
}

enum dev_kind mounts_dev(const struct inheritance *inheritance, struct payload prepare)
{
	struct field_reader reader = payload_reader(prepare);
	enum dev_kind kind = DEV_OWN;
	struct mount_order order;
	struct field field;

	while (payload_next(&reader, FIELD_MOUNT, &field)) {
		order_decode(inheritance, payload_group(&field), &order);
		if (!order_is_dev(&order))
			continue;
		if (order.export)
			return DEV_FOREIGN;
		kind = order.flags & MS_RDONLY ? DEV_SEALED : DEV_OWN;
	}
	return kind;
}
