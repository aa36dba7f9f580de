/* SPDX-License-Identifier: Apache-2.0 */
#include "reap.h"

#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container_of.h"
#include "log.h"
#include "parts.h"

static void child_reaped(struct agent *agent, pid_t pid, int status)
{
	struct container *container = &agent->container;
	struct loop *loop = &agent->loop;

	processes_reaped(loop, &agent->processes, pid, status);
	if (pid == container->pid)
		container_reaped(loop, container);
	if (pid == agent->update.pid)
		task_reaped(loop, &agent->update, status);
	if (pid == agent->network.task.pid)
		network_reaped(loop, &agent->network, status);
	if (pid == container->unmounter)
		container->unmounter = 0;
	if (pid == container->files.notifier.pid && WIFSIGNALED(status))
		log_error("notifier: killed by signal %d", WTERMSIG(status));
}

void reap_children(struct loop *loop, struct watch *watch)
{
	struct agent *agent = container_of(watch, struct agent, signals);
	struct signalfd_siginfo signals[16];
	int status;
	pid_t pid;

	(void)loop;
	while (read(watch->fd, signals, sizeof(signals)) > 0)
		continue;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		child_reaped(agent, pid, status);
}
