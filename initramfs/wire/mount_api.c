/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_api.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOUNT_DATA_MAX 4096
/* The ways of keeping atime. */
#define MS_ATIME (MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME)

char mount_reason[256];

/* MS_* that are a mount's own, in fsmount's words. */
static const struct attribute {
	uint64_t flag, attribute;
} attributes[] = {
	{ MS_RDONLY, MOUNT_ATTR_RDONLY },	  { MS_NOSUID, MOUNT_ATTR_NOSUID },
	{ MS_NODEV, MOUNT_ATTR_NODEV },		  { MS_NOEXEC, MOUNT_ATTR_NOEXEC },
	{ MS_NODIRATIME, MOUNT_ATTR_NODIRATIME }, { MS_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW },
};

/* MS_* that are the file system's. */
static const struct file_system_flag {
	uint64_t flag;
	const char *option;
} file_system_flags[] = {
	{ MS_SYNCHRONOUS, "sync" },
	{ MS_DIRSYNC, "dirsync" },
	{ MS_LAZYTIME, "lazytime" },
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t attributes_of(uint64_t flags)
{
	uint64_t result = 0;

	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++)
		if (flags & attributes[i].flag)
			result |= attributes[i].attribute;
	/* The way of keeping atime is one value of three; 0 is relatime. */
	if (flags & MS_NOATIME)
		result |= MOUNT_ATTR_NOATIME;
	else if (flags & MS_STRICTATIME)
		result |= MOUNT_ATTR_STRICTATIME;
	return result;
}

static int configure(int fs, unsigned int command, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fs, command, key, value, 0);
}

/* Options as mount(8) takes them: key, or key=value. */
static int configure_all(int fs, const char *data)
{
	char copy[MOUNT_DATA_MAX], *rest = copy, *option;

	if (strlen(data) >= sizeof(copy)) {
		errno = E2BIG;
		return -1;
	}
	strcpy(copy, data);
	while ((option = strsep(&rest, ","))) {
		char *value = strchr(option, '=');

		if (!*option)
			continue;
		if (value)
			*value++ = '\0';
		if (configure(fs, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, option, value))
			return -1;
	}
	return 0;
}

static int configure_flags(int fs, const struct mount_request *request)
{
	for (size_t i = 0; i < ARRAY_SIZE(file_system_flags); i++)
		if (request->flags & file_system_flags[i].flag &&
		    configure(fs, FSCONFIG_SET_FLAG, file_system_flags[i].option, NULL))
			return -1;
	/* A block device is opened read-only too; elsewhere the mount's own flag is enough, and
	 * file systems like sysfs are shared with mounts that are not. */
	if (request->flags & MS_RDONLY && request->source && request->source[0] == '/')
		return configure(fs, FSCONFIG_SET_FLAG, "ro", NULL);
	return 0;
}

static void reason_read(int fs)
{
	int saved = errno;
	ssize_t got = read(fs, mount_reason, sizeof(mount_reason) - 1);

	/* "e tmpfs: Bad value for 'mode'": the letter is the line's weight. */
	if (got > 2)
		memmove(mount_reason, mount_reason + 2, (size_t)(got -= 2));
	mount_reason[got > 0 ? got : 0] = '\0';
	mount_reason[strcspn(mount_reason, "\n")] = '\0';
	errno = saved;
}

int mount_make(const struct mount_request *request)
{
	int fs = (int)syscall(SYS_fsopen, request->type, FSOPEN_CLOEXEC);
	int mount_fd = -1;

	mount_reason[0] = '\0';
	if (fs < 0)
		return -1;
	if (configure(fs, FSCONFIG_SET_STRING, "source",
		      request->source ? request->source : request->type) == 0 &&
	    configure_flags(fs, request) == 0 &&
	    (!request->data || configure_all(fs, request->data) == 0) &&
	    configure(fs, FSCONFIG_CMD_CREATE, NULL, NULL) == 0)
		mount_fd =
		    (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes_of(request->flags));
	if (mount_fd < 0)
		reason_read(fs);
	close(fs);
	return mount_fd;
}

int mount_again(const struct mount_request *request, int target)
{
	int fs = (int)syscall(SYS_fspick, target, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
	int result = -1;

	mount_reason[0] = '\0';
	if (fs < 0)
		return -1;
	if (configure_flags(fs, request) == 0 &&
	    (!request->data || configure_all(fs, request->data) == 0) &&
	    configure(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL) == 0)
		result = 0;
	else
		reason_read(fs);
	close(fs);
	return result < 0 ? -1 : mount_flags_again(target, request->flags);
}

int mount_flags_again(int target, uint64_t flags)
{
	uint64_t others = ~flags;

	if (!(flags & MS_ATIME))
		others &= ~(uint64_t)MS_ATIME;
	return mount_change(target, flags, others, 0);
}

int mount_copy(int fd, int recursive)
{
	return (int)syscall(SYS_open_tree, fd, "",
			    AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
				(recursive ? AT_RECURSIVE : 0));
}

int mount_attach(int mount_fd, int target)
{
	return (int)syscall(SYS_move_mount, mount_fd, "", target, "",
			    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

int mount_change(int mount_fd, uint64_t set, uint64_t clear, uint64_t propagation)
{
	struct mount_attr attr = {
		.attr_set = attributes_of(set & ~clear),
		.attr_clr = attributes_of(clear) & ~(uint64_t)MOUNT_ATTR__ATIME,
		.propagation = propagation & (MS_SHARED | MS_SLAVE | MS_PRIVATE | MS_UNBINDABLE),
	};
	unsigned int flags = AT_EMPTY_PATH | (propagation & MS_REC ? AT_RECURSIVE : 0);

	/* The three ways of keeping atime can only be cleared together. */
	if ((set | clear) & (MS_NOATIME | MS_STRICTATIME | MS_RELATIME))
		attr.attr_clr |= MOUNT_ATTR__ATIME;
	return (int)syscall(SYS_mount_setattr, mount_fd, "", flags, &attr, sizeof(attr));
}

int path_open(int root, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
	struct open_how how = { .flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve };

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}
