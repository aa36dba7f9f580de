/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "log.h"

/*
 * How a container ends. Its processes are killed; then, at the same time, their output drains to
 * the host and a child unmounts the file systems, whose last writes the loop still pumps. Nothing
 * of this may take longer than ENDING_MS without progress.
 */
#define ENDING_MS 10000
#define LEAVING_MS 5000

void ending_begin(struct agent *agent)
{
	if (agent->phase != PHASE_SERVING)
		return;
	agent->phase = PHASE_ENDING;
	agent->deadline = agent_now() + ENDING_MS;
	cgroup_kill(&agent->container);
}

void ending_without_host(struct agent *agent)
{
	files_abort(agent);
	ending_begin(agent);
}

void ending_progress(struct agent *agent)
{
	if (agent->phase == PHASE_ENDING)
		agent->deadline = agent_now() + ENDING_MS;
}

/* Every process is reaped, all output is sent, and all exits but the main process's are told. */
static bool streams_drained(struct agent *agent, bool cut)
{
	bool drained = true;

	for (uint32_t number = 1; number <= PROCESS_MAX; number++) {
		struct process *process = &agent->processes[number];
		bool main_told_later = number == PROCESS_MAIN && process->state == PROCESS_GONE &&
				       process->output[0].ended && process->output[1].ended;

		if (process->state == PROCESS_FREE || main_told_later)
			continue;
		drained = false;
		if (cut)
			process_cut(agent, process);
	}
	return drained;
}

/* True when the file systems are unmounted, or never were mounted. */
static bool unmounted(struct agent *agent)
{
	struct container *container = &agent->container;

	if (container->unmounter == 0 && container->mount_namespace >= 0 &&
	    unmounter_start(agent) < 0) {
		log_error("unmount: %m");
		return true;
	}
	return container->unmounter == 0;
}

static void leave(struct agent *agent)
{
	struct process *main_process = &agent->processes[PROCESS_MAIN];

	files_abort(agent);
	cgroup_remove(&agent->container);
	agent->phase = PHASE_LEAVING;
	agent->deadline = agent_now() + LEAVING_MS;
	if (main_process->state == PROCESS_GONE)
		source_urgent(agent, &main_process->exited);
}

void ending_advance(struct agent *agent)
{
	bool late = agent->phase != PHASE_SERVING && agent_now() >= agent->deadline;

	if (agent->phase == PHASE_ENDING) {
		bool processes_gone = agent->container.pid == 0;
		bool files_done = processes_gone && unmounted(agent);
		bool drained = !agent->channel || streams_drained(agent, late);

		if (late && !(processes_gone && files_done))
			log_error("the container's %s did not end in time",
				  processes_gone ? "file systems" : "processes");
		if (late || (processes_gone && files_done && drained))
			leave(agent);
	}
	/* The host closes the channel when it has read the last frame. */
	if (agent->phase == PHASE_LEAVING && (!agent->channel || late))
		agent->phase = PHASE_OVER;
}

static void child_reaped(struct agent *agent, pid_t pid, int status)
{
	struct container *container = &agent->container;

	for (uint32_t number = 1; number <= PROCESS_MAX; number++)
		if (agent->processes[number].state != PROCESS_FREE &&
		    agent->processes[number].pid == pid)
			process_reaped(agent, &agent->processes[number], status);
	if (pid == container->pid)
		container_reaped(agent);
	if (pid == agent->update.pid)
		task_reaped(agent, &agent->update, status);
	if (pid == agent->network.pid)
		task_reaped(agent, &agent->network, status);
	if (pid == container->unmounter)
		container->unmounter = 0;
	if (pid == agent->files.notifier && WIFSIGNALED(status))
		log_error("notifier: killed by signal %d", WTERMSIG(status));
}

void reap_children(struct agent *agent, struct watch *watch)
{
	struct signalfd_siginfo signals[16];
	int status;
	pid_t pid;

	while (read(watch->fd, signals, sizeof(signals)) > 0)
		continue;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		child_reaped(agent, pid, status);
}
