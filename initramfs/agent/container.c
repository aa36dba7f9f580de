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

#include "agent.h"
#include "child.h"
#include "log.h"
#include "mount_api.h"
#include "prepare.h"
#include "unmount.h"

/* What the container has of its own from the start. It enters its cgroup namespace when it is in
 * its cgroup; the guest's network is the container's. */
#define CONTAINER_NAMESPACES (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS)

static void prepare_fail(struct agent *agent, uint32_t status, const char *text)
{
	agent->container.failure = status;
	snprintf(agent->container.failure_text, sizeof(agent->container.failure_text), "%s", text);
	agent->container.state = CONTAINER_FAILED;
}

/* Packets of the child while it prepares. */
static void report_woken(struct agent *agent, struct watch *watch)
{
	struct container *container = &agent->container;
	struct report report = { .kind = REPORT_FAILED };
	char path[32];

	if (recv(watch->fd, &report, sizeof(report), 0) != (ssize_t)sizeof(report))
		return; /* nothing, or its end: that is seen when it is reaped */
	report.text[sizeof(report.text) - 1] = '\0';
	if (container->state != CONTAINER_PREPARING)
		return;
	if (report.kind == REPORT_FAILED) {
		prepare_fail(agent, report.status, report.text);
		return;
	}
	snprintf(path, sizeof(path), "%d/ns/mnt", (int)container->pid);
	container->mount_namespace = openat(container->proc_fd, path, O_RDONLY | O_CLOEXEC);
	container->state = CONTAINER_PREPARED;
	agent_reply(agent, container->request, 0, "");
}

static int prepare_start(struct agent *agent, struct payload payload, const char **what)
{
	struct container *container = &agent->container;
	int pair[2], status = files_open(agent, payload, what);

	if (status == 0)
		status = cgroup_make(container, payload, what);
	if (status)
		return status;
	settings_of_host(agent, payload);
	oom_begin(agent);
	*what = "first process";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return errno;
	container->pid = child_fork(CONTAINER_NAMESPACES, container->cgroup_fd, &container->pidfd);
	if (container->pid == 0)
		prepare_child(agent, payload, pair[1]);
	status = container->pid < 0 ? errno : 0;
	close(pair[1]);
	files_mounted(&agent->files);
	if (fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0 ||
	    watch_open(agent, &container->report, pair[0], EPOLLIN, report_woken) < 0)
		return status ? status : errno;
	return status;
}

void container_prepare(struct agent *agent, uint32_t request, struct payload payload)
{
	struct container *container = &agent->container;
	const char *what = "";
	char text[512];
	int status;

	if (container->state != CONTAINER_NONE || agent->phase != PHASE_SERVING) {
		agent_reply(agent, request, EBUSY, "prepare: the container was prepared before");
		return;
	}
	container->request = request;
	container->state = CONTAINER_PREPARING;
	status = prepare_start(agent, payload, &what);
	if (status == 0)
		return;
	snprintf(text, sizeof(text), "prepare: %s: %s%s%s", what, child_error(status),
		 mount_reason[0] ? ": " : "", mount_reason);
	if (container->pid > 0) { /* told when it is reaped */
		prepare_fail(agent, (uint32_t)status, text);
		cgroup_kill(container);
		return;
	}
	container->state = CONTAINER_GONE;
	agent_reply(agent, request, (uint32_t)status, text);
}

void container_reaped(struct agent *agent)
{
	struct container *container = &agent->container;
	enum container_state before;

	if (container->state == CONTAINER_PREPARING)
		report_woken(agent, &container->report);
	before = container->state;
	oom_look(agent);
	container->state = CONTAINER_GONE;
	container->pid = 0;
	watch_close(&container->report);
	if (before == CONTAINER_FAILED)
		agent_reply(agent, container->request, container->failure, container->failure_text);
	else if (before == CONTAINER_PREPARING)
		agent_reply(agent, container->request, ECHILD,
			    "prepare: the container's first process was killed");
	else if (before == CONTAINER_PREPARED && agent->phase == PHASE_SERVING)
		log_error("the container's first process was killed before it was run");
	if (before == CONTAINER_PREPARED || before == CONTAINER_STARTED)
		ending_begin(agent);
}

int unmounter_start(struct agent *agent)
{
	struct container *container = &agent->container;

	container->unmounter = child_fork(0, -1, NULL);
	if (container->unmounter == 0)
		unmount_child(container->mount_namespace);
	if (container->unmounter < 0)
		return -1;
	/* Whoever closes it last does the unmounting: not the loop. */
	close(container->mount_namespace);
	container->mount_namespace = -1;
	return 0;
}
