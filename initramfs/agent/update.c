/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
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

static noreturn void update_child(const struct agent *agent, struct payload payload, int report)
{
	int keep[] = { report, agent->container.cgroup_fd, log_descriptor() };

	child_begin();
	child_report_fd = report;
	child_keep(keep, sizeof(keep) / sizeof(keep[0]));
	limits_apply(agent, payload);
	_exit(EXIT_SUCCESS);
}

void update_start(struct agent *agent, uint32_t request, struct payload payload)
{
	struct update *update = &agent->update;
	int pair[2];

	if (!container_stands(agent) || update->pid) {
		agent_reply(agent, request, update->pid ? EBUSY : ESRCH,
			    update->pid ? "update: another one is under way"
					: "update: no container");
		return;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		agent_reply(agent, request, (uint32_t)errno, "update: no socket");
		return;
	}
	update->pid = child_fork(0, -1, NULL);
	if (update->pid == 0)
		update_child(agent, payload, pair[1]);
	close(pair[1]);
	update->report = pair[0];
	update->request = request;
	if (update->pid > 0)
		return;
	update->pid = 0;
	close(update->report);
	agent_reply(agent, request, EAGAIN, "update: no process can be made");
}

void update_reaped(struct agent *agent, int status)
{
	struct update *update = &agent->update;
	struct report report;
	int fd;

	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
		agent_reply(agent, update->request, 0, "");
	else if (report_receive(update->report, &report, &fd) == (ssize_t)sizeof(report))
		agent_reply(agent, update->request, report.status, report.text);
	else
		agent_reply(agent, update->request, ECHILD, "update: its process was killed");
	close(update->report);
	update->pid = 0;
}
