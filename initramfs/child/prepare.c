/* SPDX-License-Identifier: Apache-2.0 */
#include "prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroup_limits.h"
#include "child.h"
#include "devices.h"
#include "masks.h"
#include "mount_api.h"
#include "mounts.h"
#include "network.h"
#include "run.h"
#include "settings.h"
#include "target.h"

/* Closes all but what the child needs. It must not hold a FUSE connection: the agent could not
 * abort it. */
static void descriptors_keep(const struct inheritance *inheritance, int report)
{
	int keep[EXPORT_MAX + 4] = { report, inheritance->proc_fd, inheritance->cgroup_fd };
	size_t count = 3;

	for (uint32_t i = 0; i < inheritance->export_limit; i++)
		if (inheritance->exports[i].mode)
			keep[count++] = inheritance->exports[i].fd;
	child_keep(keep, count);
}

/* Keeps changes of this process's mounts from the agent's. */
static void mounts_isolate(void)
{
	int fd = open("/", O_PATH | O_CLOEXEC);

	if (fd < 0 || mount_change(fd, 0, 0, MS_PRIVATE | MS_REC) < 0)
		child_fail(errno, "prepare: private mounts: %s", child_error(errno));
	close(fd);
}

static int root_attach(const struct inheritance *inheritance, struct payload prepare)
{
	int root = mounts_root(inheritance, prepare);
	int place = open(ROOT_PLACE, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (place < 0 || mount_attach(root, place) < 0)
		child_fail(errno, "prepare: attach the root: %s", child_error(errno));
	close(place);
	return root;
}

/* runc makes a working directory that the image lacks, for the main process alone, and before the
 * root is read-only. */
static void directory_make(int root, struct payload prepare)
{
	char path[TEXT_SIZE];
	struct stat status;
	int fd;

	if (!payload_text(prepare, FIELD_CWD, path))
		return;
	fd = target_open(root, path, true);
	if (fd < 0 || fstat(fd, &status) < 0)
		child_fail(errno, "mkdir %s: %s", path, child_error(errno));
	if (!S_ISDIR(status.st_mode))
		child_fail(ENOTDIR, "mkdir %s: %s", path, child_error(ENOTDIR));
	close(fd);
}

/* pivot_root(2), "pivot_root(".", ".")": the old root lies on the new one until it is detached. */
static void root_enter(int root, struct payload prepare)
{
	uint64_t propagation = payload_u64(prepare, FIELD_ROOT_PROPAGATION, 0);

	if (fchdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		child_fail(errno, "prepare: enter the root: %s", child_error(errno));
	if (propagation && mount_change(root, 0, 0, propagation) < 0)
		child_fail(errno, "prepare: root propagation: %s", child_error(errno));
	if (payload_u32(prepare, FIELD_READONLY, 0) && mount_change(root, MS_RDONLY, 0, 0) < 0)
		child_fail(errno, "prepare: read-only root: %s", child_error(errno));
	close(root);
}

void prepare_child(const struct inheritance *inheritance, struct payload prepare, int report)
{
	int root, oom_score;

	child_begin();
	child_report_fd = report;
	descriptors_keep(inheritance, report);
	umask(0);
	cgroup_limits_begin(inheritance);
	cgroup_limits_apply(inheritance, prepare);
	if (unshare(CLONE_NEWCGROUP) < 0)
		child_fail(errno, "prepare: cgroup namespace: %s", child_error(errno));
	mounts_isolate();
	root = root_attach(inheritance, prepare);
	root = mounts_make(inheritance, root, prepare);
	devices_make(inheritance, root, mounts_dev(inheritance, prepare), prepare);
	directory_make(root, prepare);
	masks_make(root, prepare);
	network_configure(inheritance, &(struct brought){ .whole = true }, prepare);
	settings_apply(inheritance, prepare);
	root_enter(root, prepare);
	oom_score = oom_score_open(inheritance);
	/* Exec'd processes may run before this one is the container's own, and see it in /proc. */
	child_keep((int[]){ report, oom_score }, 2);
	child_report(REPORT_PREPARED, -1);
	run_main(report, oom_score);
}
