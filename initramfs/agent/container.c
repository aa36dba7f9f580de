/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"
#include "container_of.h"
#include "log.h"
#include "loop.h"
#include "mount_api.h"
#include "prepare.h"
#include "settings.h"
#include "unmount.h"

/* What the container has of its own from the start. It enters its cgroup namespace when it is in
 * its cgroup; the guest's network is the container's. */
#define CONTAINER_NAMESPACES (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS)

int container_init(struct container *container, const char *cgroup)
{
	container->report.fd = container->pidfd = container->mount_namespace = -1;
	container->oom.watch.fd = -1;
	container->proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	container->pid_namespace = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	if (container->proc_fd < 0 || container->pid_namespace < 0)
		return -1;
	return cgroup_open(&container->cgroup, cgroup, container->pid_namespace);
}

bool container_stands(const struct loop *loop, const struct container *container)
{
	return loop->phase == PHASE_SERVING &&
	       (container->state == CONTAINER_PREPARED || container->state == CONTAINER_STARTED);
}

struct inheritance container_inheritance(const struct loop *loop, const struct container *container)
{
	return (struct inheritance){
		.owns_machine = loop->owns_machine,
		.proc_fd = container->proc_fd,
		.cgroup_fd = container->cgroup.fd,
		.pidfd = container->pidfd,
		.exports = container->files.mounts,
		.export_limit = container->files.limit,
	};
}

static void prepare_fail(struct container *container, uint32_t status, const char *text)
{
	container->failure = status;
	snprintf(container->failure_text, sizeof(container->failure_text), "%s", text);
	container->state = CONTAINER_FAILED;
}

/* Packets of the child while it prepares. */
static void report_woken(struct loop *loop, struct watch *watch)
{
	struct container *container = container_of(watch, struct container, report);
	struct report report = { .kind = REPORT_FAILED };
	char path[32];

	if (recv(watch->fd, &report, sizeof(report), 0) != (ssize_t)sizeof(report))
		return; /* nothing, or its end: that is seen when it is reaped */
	report.text[sizeof(report.text) - 1] = '\0';
	if (container->state != CONTAINER_PREPARING)
		return;
	if (report.kind == REPORT_FAILED) {
		prepare_fail(container, report.status, report.text);
		return;
	}
	snprintf(path, sizeof(path), "%d/ns/mnt", (int)container->pid);
	container->mount_namespace = openat(container->proc_fd, path, O_RDONLY | O_CLOEXEC);
	container->state = CONTAINER_PREPARED;
	outbox_reply(&loop->outbox, container->request, 0, "");
}

static int prepare_start(struct loop *loop, struct container *container, struct payload payload,
			 const char **what)
{
	struct inheritance inheritance;
	int pair[2], status = files_open(loop, &container->files, payload, what);

	if (status == 0)
		status = cgroup_make(&container->cgroup, payload, what);
	if (status)
		return status;
	inheritance = container_inheritance(loop, container);
	settings_of_host(&inheritance, payload);
	oom_begin(loop, &container->oom, container->cgroup.fd);
	*what = "main process";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return errno;
	container->pid = child_fork(CONTAINER_NAMESPACES, container->cgroup.fd, &container->pidfd);
	if (container->pid == 0)
		prepare_child(&inheritance, payload, pair[1]);
	status = container->pid < 0 ? errno : 0;
	close(pair[1]);
	files_mounted(&container->files);
	if (fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0 ||
	    watch_open(loop->epoll_fd, &container->report, pair[0], EPOLLIN, report_woken) < 0)
		return status ? status : errno;
	return status;
}

void container_prepare(struct loop *loop, struct container *container, uint32_t request,
		       struct payload payload)
{
	const char *what = "";
	char text[512];
	int status;

	if (container->state != CONTAINER_NONE || loop->phase != PHASE_SERVING) {
		outbox_reply(&loop->outbox, request, EBUSY,
			     "prepare: the container was prepared before");
		return;
	}
	container->request = request;
	container->state = CONTAINER_PREPARING;
	status = prepare_start(loop, container, payload, &what);
	if (status == 0)
		return;
	snprintf(text, sizeof(text), "prepare: %s: %s%s%s", what, child_error(status),
		 mount_reason[0] ? ": " : "", mount_reason);
	if (container->pid > 0) { /* told when it is reaped */
		prepare_fail(container, (uint32_t)status, text);
		cgroup_kill(&container->cgroup);
		return;
	}
	container->state = CONTAINER_FAILED;
	outbox_reply(&loop->outbox, request, (uint32_t)status, text);
}

void container_reaped(struct loop *loop, struct container *container)
{
	if (container->state == CONTAINER_PREPARING)
		report_woken(loop, &container->report);
	if (container->state == CONTAINER_PREPARING)
		prepare_fail(container, ECHILD, "prepare: the container's main process was killed");
	oom_look(loop, &container->oom);
	container->pid = 0;
	watch_close(&container->report);
	if (container->state == CONTAINER_FAILED) {
		outbox_reply(&loop->outbox, container->request, container->failure,
			     container->failure_text);
		return;
	}
	if (container->state == CONTAINER_PREPARED && loop->phase == PHASE_SERVING)
		log_error("the container's main process was killed before it was run");
	container->state = CONTAINER_GONE;
}

int unmounter_start(struct container *container)
{
	container->unmounter = child_fork(0, -1, NULL);
	if (container->unmounter == 0)
		unmount_child(container->mount_namespace);
	if (container->unmounter < 0)
		return -1;
	/* The last to close it does the unmounting: that must not be the loop. */
	close(container->mount_namespace);
	container->mount_namespace = -1;
	return 0;
}
