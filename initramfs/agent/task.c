/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "child.h"
#include "log.h"
#include "prepare.h"
#include "resources.h"
#include "spawn.h"

bool container_stands(const struct agent *agent)
{
	enum container_state state = agent->container.state;

	return agent->phase == PHASE_SERVING &&
	       (state == CONTAINER_PREPARED || state == CONTAINER_STARTED);
}

/* What a task does, in its child, which fails or returns. */
typedef void task_work(const struct agent *agent, struct payload payload);

static noreturn void task_child(const struct agent *agent, struct payload payload, int report,
				task_work *work)
{
	int keep[] = { report, agent->container.cgroup_fd, log_descriptor() };

	child_begin();
	child_report_fd = report;
	child_keep(keep, sizeof(keep) / sizeof(keep[0]));
	work(agent, payload);
	_exit(EXIT_SUCCESS);
}

static void task_refuse(struct agent *agent, const struct task *task, uint32_t request, int status,
			const char *why)
{
	char text[64];

	snprintf(text, sizeof(text), "%s: %s", task->name, why);
	agent_reply(agent, request, (uint32_t)status, text);
}

static void task_start(struct agent *agent, struct task *task, uint32_t request,
		       struct payload payload, task_work *work)
{
	int pair[2];

	if (task->pid) {
		task_refuse(agent, task, request, EBUSY, "another one is under way");
		return;
	}
	if (!container_stands(agent)) {
		task_refuse(agent, task, request, ESRCH, "no container");
		return;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		task_refuse(agent, task, request, errno, "no socket");
		return;
	}
	task->pid = child_fork(0, -1, NULL);
	if (task->pid == 0)
		task_child(agent, payload, pair[1], work);
	close(pair[1]);
	task->report = pair[0];
	task->request = request;
	if (task->pid > 0)
		return;
	task->pid = 0;
	close(task->report);
	task_refuse(agent, task, request, EAGAIN, "no process can be made");
}

void update_start(struct agent *agent, uint32_t request, struct payload payload)
{
	agent->update.name = "update";
	task_start(agent, &agent->update, request, payload, limits_apply);
}

static void network_work(const struct agent *agent, struct payload payload)
{
	(void)agent;
	network_configure(payload);
}

void network_start(struct agent *agent, uint32_t request, struct payload payload)
{
	agent->network.name = "network";
	task_start(agent, &agent->network, request, payload, network_work);
}

void task_reaped(struct agent *agent, struct task *task, int status)
{
	struct report report;
	int fd;

	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
		agent_reply(agent, task->request, 0, "");
	else if (report_receive(task->report, &report, &fd) == (ssize_t)sizeof(report))
		agent_reply(agent, task->request, report.status, report.text);
	else
		task_refuse(agent, task, task->request, ECHILD, "its process was killed");
	close(task->report);
	task->pid = 0;
}
