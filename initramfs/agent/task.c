/* SPDX-License-Identifier: Apache-2.0 */
#include "task.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup_limits.h"
#include "child.h"
#include "container.h"
#include "log.h"
#include "loop.h"

static noreturn void task_child(const struct task *task, const struct inheritance *inheritance,
				struct payload payload, int report, task_work *work)
{
	int keep[] = { report, inheritance->proc_fd, inheritance->cgroup_fd, log_descriptor() };

	child_begin();
	child_report_fd = report;
	child_keep(keep, sizeof(keep) / sizeof(keep[0]));
	work(task, inheritance, payload);
	_exit(EXIT_SUCCESS);
}

static void task_refuse(struct loop *loop, const struct task *task, uint32_t request, int status,
			const char *why)
{
	char text[64];

	snprintf(text, sizeof(text), "%s: %s", task->name, why);
	outbox_reply(&loop->outbox, request, (uint32_t)status, text);
}

bool task_start(struct loop *loop, struct task *task, const struct container *container,
		uint32_t request, struct payload payload, task_work *work)
{
	struct inheritance inheritance = container_inheritance(loop, container);
	int pair[2];

	if (task->pid) {
		task_refuse(loop, task, request, EBUSY, "another one is under way");
		return false;
	}
	if (!container_stands(loop, container)) {
		task_refuse(loop, task, request, ESRCH, "no container");
		return false;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		task_refuse(loop, task, request, errno, "no socket");
		return false;
	}
	task->pid = child_fork(0, -1, NULL);
	if (task->pid == 0)
		task_child(task, &inheritance, payload, pair[1], work);
	close(pair[1]);
	task->report = pair[0];
	task->request = request;
	if (task->pid > 0)
		return true;
	task->pid = 0;
	close(task->report);
	task_refuse(loop, task, request, EAGAIN, "no process can be made");
	return false;
}

static void update_work(const struct task *task, const struct inheritance *inheritance,
			struct payload payload)
{
	(void)task;
	cgroup_limits_apply(inheritance, payload);
}

void update_start(struct loop *loop, struct task *task, const struct container *container,
		  uint32_t request, struct payload payload)
{
	task->name = "update";
	task_start(loop, task, container, request, payload, update_work);
}

bool task_reaped(struct loop *loop, struct task *task, int status)
{
	bool done = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
	struct report report;
	int fd;

	if (done)
		outbox_reply(&loop->outbox, task->request, 0, "");
	else if (report_receive(task->report, &report, &fd) == (ssize_t)sizeof(report))
		outbox_reply(&loop->outbox, task->request, report.status, report.text);
	else
		task_refuse(loop, task, task->request, ECHILD, "its process was killed");
	close(task->report);
	task->pid = 0;
	return done;
}
