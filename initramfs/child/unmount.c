/* SPDX-License-Identifier: Apache-2.0 */
#include "unmount.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "mount_api.h"

/* Puts an empty root in the place of the container's, and detaches that with all below it. Nothing
 * else holds it, so the kernel unmounts it, and writes it back, before umount2 returns. */
void unmount_child(int mount_namespace)
{
	struct mount_request empty = { .type = "tmpfs", .data = "size=0" };
	int keep[] = { mount_namespace, log_descriptor() }, place, root;

	child_begin();
	child_keep(keep, 2);
	if (setns(mount_namespace, CLONE_NEWNS) < 0) {
		log_error("unmount: enter the container's mounts: %m");
		_exit(EXIT_FAILURE);
	}
	place = open("/", O_PATH | O_CLOEXEC);
	root = mount_make(&empty);
	if (place < 0 || root < 0 || mount_attach(root, place) < 0 || fchdir(root) < 0 ||
	    close(place) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0) {
		log_error("unmount: %m");
		_exit(EXIT_FAILURE);
	}
	_exit(EXIT_SUCCESS);
}
