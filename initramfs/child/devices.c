/* SPDX-License-Identifier: Apache-2.0 */
#include "devices.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "child.h"
#include "mount_api.h"
#include "target.h"

/* config-linux.md, "Default Devices"; /dev/console comes with a terminal. */
static const struct default_device {
	const char *name;
	unsigned int major, minor;
} default_devices[] = {
	{ "null", 1, 3 },   { "zero", 1, 5 },	 { "full", 1, 7 },
	{ "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 },
};

/* runtime-linux.md, "Dev symbolic links", and the ptmx of the container's own devpts. */
static const struct default_link {
	const char *name, *target;
} default_links[] = {
	{ "fd", "/proc/self/fd" },	 { "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
	{ "ptmx", "pts/ptmx" },
};

/* The guest's devices that programs use to build and read images: nothing makes nodes for them in
 * the container later. runc shows a privileged container the host's. */
static const char *const image_devices[] = {
	"/dev/loop-control", "/dev/loop0", "/dev/loop1", "/dev/loop2", "/dev/loop3",
	"/dev/loop4",	     "/dev/loop5", "/dev/loop6", "/dev/loop7", "/dev/mapper/control",
};

static noreturn void device_fail(const char *step, const char *path)
{
	int status = errno;

	child_fail(status, "error creating device nodes: %s %s: %s", step, path,
		   child_error(status));
}

static void defaults_make(int dev)
{
	for (size_t i = 0; i < sizeof(default_devices) / sizeof(default_devices[0]); i++) {
		const struct default_device *device = &default_devices[i];

		if (mknodat(dev, device->name, S_IFCHR | 0666,
			    makedev(device->major, device->minor)) < 0 &&
		    errno != EEXIST)
			device_fail("mknod", device->name);
	}
	/* The image's own would belong to another devpts. */
	if (unlinkat(dev, "ptmx", 0) < 0 && errno != ENOENT)
		child_fail(errno, "error setting up ptmx: %s", child_error(errno));
	for (size_t i = 0; i < sizeof(default_links) / sizeof(default_links[0]); i++)
		if (symlinkat(default_links[i].target, dev, default_links[i].name) < 0 &&
		    errno != EEXIST)
			child_fail(errno, "error setting up /dev symlinks: %s: %s",
				   default_links[i].name, child_error(errno));
}

static void device_make(int root, struct payload group)
{
	uint32_t kind = payload_u32(group, FIELD_KIND, 0) & S_IFMT;
	mode_t mode = payload_u32(group, FIELD_MODE, 0666) & 07777;
	dev_t number =
	    makedev(payload_u32(group, FIELD_MAJOR, 0), payload_u32(group, FIELD_MINOR, 0));
	char path[TEXT_SIZE] = "";
	const char *name;
	int parent;

	payload_text(group, FIELD_PATH, path);
	if (kind != S_IFCHR && kind != S_IFBLK && kind != S_IFIFO)
		child_fail(EINVAL, "error creating device nodes: invalid device type of %s", path);
	parent = target_parent(root, path, &name);
	if (parent < 0)
		device_fail("mkdir", path);
	/* Leaves a node that exists as it is, as runc does. */
	if (mknodat(parent, name, kind | mode, number) < 0) {
		if (errno != EEXIST)
			device_fail("mknod", path);
	} else if (fchownat(parent, name, payload_u32(group, FIELD_UID, 0),
			    payload_u32(group, FIELD_GID, 0), AT_SYMLINK_NOFOLLOW) < 0) {
		device_fail("chown", path);
	}
	close(parent);
}

/* The kernel of a container that administrates nothing has none of them. */
static void images_make(int root)
{
	for (size_t i = 0; i < sizeof(image_devices) / sizeof(image_devices[0]); i++) {
		const char *path = image_devices[i], *name;
		struct stat device;
		int parent;

		if (stat(path, &device) < 0)
			continue;
		parent = target_parent(root, path, &name);
		if (parent < 0)
			device_fail("mkdir", path);
		if (mknodat(parent, name, device.st_mode, device.st_rdev) < 0 && errno != EEXIST)
			device_fail("mknod", path);
		close(parent);
	}
}

/* Makes /dev/console, over which a terminal is mounted, if it cannot be made later: on a /dev that
 * is read-only, or that is a directory of a root that will be. */
static void console_make(int root, int dev, enum dev_kind kind, bool readonly)
{
	struct stat root_status, dev_status;

	if (fstat(root, &root_status) < 0 || fstat(dev, &dev_status) < 0)
		device_fail("stat", "/dev");
	readonly = readonly && root_status.st_dev == dev_status.st_dev;
	if ((kind == DEV_SEALED || readonly) && mknodat(dev, "console", S_IFREG | 0666, 0) < 0 &&
	    errno != EEXIST)
		device_fail("mknod", "console");
}

void devices_make(const struct inheritance *inheritance, int root, enum dev_kind kind,
		  struct payload prepare)
{
	struct field_reader reader = payload_reader(prepare);
	struct field field;
	int dev;

	if (kind == DEV_FOREIGN)
		return;
	while (payload_next(&reader, FIELD_DEVICE, &field))
		device_make(root, payload_group(&field));
	dev = target_open(root, "/dev", true);
	if (dev < 0)
		device_fail("mkdir", "/dev");
	defaults_make(dev);
	if (inheritance->owns_machine && payload_u32(prepare, FIELD_DEVICES_ALLOWED, 0))
		images_make(root);
	console_make(root, dev, kind, payload_u32(prepare, FIELD_READONLY, 0));
	if (kind == DEV_SEALED && mount_change(dev, MS_RDONLY, 0, 0) < 0)
		child_fail(errno, "error remounting /dev read-only: %s", child_error(errno));
	close(dev);
}
