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

#include "agent.h"
#include "child.h"
#include "mount_api.h"
#include "run.h"
#include "target.h"

/* Of all that the agent has open the child needs little, and must hold none of the FUSE
 * connections. */
static void descriptors_keep(const struct agent *agent, int report)
{
	int keep[EXPORT_MAX + 4] = { report, agent->container.proc_fd, agent->container.cgroup_fd };
	size_t count = 3;

	for (uint32_t i = 0; i < agent->files.limit; i++)
		if (agent->files.exports[i].reply)
			keep[count++] = agent->files.exports[i].mount_fd;
	child_keep(keep, count);
}

/* Nothing that happens to this process's mounts reaches the agent's. */
static void mounts_isolate(void)
{
	int fd = open("/", O_PATH | O_CLOEXEC);

	if (fd < 0 || mount_change(fd, 0, 0, MS_PRIVATE | MS_REC) < 0)
		child_fail(errno, "prepare: private mounts: %s", child_error(errno));
	close(fd);
}

static int root_attach(const struct agent *agent, struct payload prepare)
{
	int root = mounts_root(agent, prepare);
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

void prepare_child(const struct agent *agent, struct payload prepare, int report)
{
	int root, oom_score;

	child_begin();
	child_report_fd = report;
	descriptors_keep(agent, report);
	umask(0);
	limits_begin(agent);
	limits_apply(agent, prepare);
	if (unshare(CLONE_NEWCGROUP) < 0)
		child_fail(errno, "prepare: cgroup namespace: %s", child_error(errno));
	mounts_isolate();
	root = root_attach(agent, prepare);
	root = mounts_make(agent, root, prepare);
	devices_make(agent, root, mounts_dev(agent, prepare), prepare);
	directory_make(root, prepare);
	masks_make(root, prepare);
	network_configure(prepare);
	settings_apply(agent, prepare);
	root_enter(root, prepare);
	oom_score = oom_score_open(agent);
	/* Others may run beside this process before it is the container's own, and see it in /proc.
	 */
	child_keep((int[]){ report, oom_score }, 2);
	child_report(REPORT_PREPARED, -1);
	run_first(report, oom_score);
}
