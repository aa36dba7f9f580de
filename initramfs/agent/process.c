/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "log.h"
#include "spawn.h"

/* What a process by exec leaves behind may hold its output for ever, and a caller waits for the
 * exit. dockerd gives runc's output as long. */
#define LEAVE_MS 2000

struct process *process_find(struct agent *agent, uint32_t number)
{
	if (number == 0 || number > PROCESS_MAX || agent->processes[number].state == PROCESS_FREE)
		return NULL;
	return &agent->processes[number];
}

static bool exited_fill(struct agent *agent, struct source *source)
{
	struct process *process = container_of(source, struct process, exited);
	struct field_writer writer =
	    field_writer(outbox_payload(&agent->outbox), FRAME_PAYLOAD_MAX);

	if (process->state != PROCESS_GONE || !process->output[0].ended ||
	    !process->output[1].ended)
		return false;
	/* The main process's is the last frame: ending_advance lists it again when all is done. */
	if (process->number == PROCESS_MAIN && agent->phase != PHASE_LEAVING)
		return false;
	field_put_u32(&writer, FIELD_PROCESS, process->number);
	field_put_u32(&writer, FIELD_CODE, process->code);
	outbox_frame(&agent->outbox, FRAME_EXITED, 0, writer.length);
	process->state = PROCESS_FREE;
	if (process->number != PROCESS_MAIN)
		agent->leaving--;
	return true;
}

void process_output_ended(struct agent *agent, uint32_t number)
{
	source_urgent(agent, &agent->processes[number].exited);
}

/* Makes the process's streams; nothing flows before process_running. -1 with errno. */
static int process_begin(struct agent *agent, struct process *process, uint32_t number)
{
	source_forget(agent, &process->exited);
	if (input_open(agent, &process->input, STREAM_STDIN(number)) < 0)
		return -1;
	output_open(agent, &process->output[0], STREAM_STDOUT(number));
	output_open(agent, &process->output[1], STREAM_STDERR(number));
	process->number = number;
	process->report.fd = -1;
	process->waiting[0] = process->waiting[1] = -1;
	process->pid = 0;
	process->exited = (struct source){ .fill = exited_fill };
	process->state = PROCESS_STARTING;
	return 0;
}

static void process_free(struct agent *agent, struct process *process)
{
	watch_close(&process->report);
	input_close(agent, &process->input);
	for (int i = 0; i < 2; i++)
		if (process->waiting[i] >= 0)
			close(process->waiting[i]);
	process->state = PROCESS_FREE;
}

/* execve has succeeded: tell it, and only then let output flow. */
static void process_running(struct agent *agent, struct process *process)
{
	watch_close(&process->report);
	process->state = PROCESS_RUNNING;
	agent_reply(agent, process->request, 0, "");
	process->output[0].terminal = process->waiting[1] < 0;
	for (int i = 0; i < 2; i++) {
		if (process->waiting[i] < 0)
			process->output[i].ended = true; /* a terminal has no stderr */
		else if (output_attach(agent, &process->output[i], process->waiting[i]) < 0)
			output_cut(agent, &process->output[i]);
		process->waiting[i] = -1;
	}
}

/* The child has made a terminal and sends its master. */
static void terminal_take(struct agent *agent, struct process *process, int master)
{
	int writer = fcntl(master, F_DUPFD_CLOEXEC, 0);

	if (writer < 0 || process->waiting[0] >= 0) {
		close(master);
		return;
	}
	fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	process->waiting[0] = master;
	if (process->input.open && input_attach(agent, &process->input, writer) < 0)
		log_error("process %u: terminal: %m", process->number);
}

static void report_woken(struct agent *agent, struct watch *watch)
{
	struct process *process = container_of(watch, struct process, report);
	struct report report;
	ssize_t got;
	int fd;

	while (process->state == PROCESS_STARTING) {
		got = report_receive(watch->fd, &report, &fd);
		if (got < 0)
			return;
		if (got == 0) {
			process_running(agent, process);
		} else if (report.kind == REPORT_TERMINAL && fd >= 0) {
			terminal_take(agent, process, fd);
		} else if (report.kind == REPORT_FAILED) {
			process->failure = report.status;
			snprintf(process->failure_text, sizeof(process->failure_text), "%s",
				 report.text);
			process->state = PROCESS_FAILED;
		}
	}
}

/* Why this RUN cannot be; NULL if it can. Others than the main process may come before it. */
static const char *run_refusal(struct agent *agent, uint32_t number)
{
	if (number == 0 || number > PROCESS_MAX)
		return "run: no such process number";
	if (agent->processes[number].state != PROCESS_FREE)
		return "run: the process number is in use";
	if (!container_stands(agent))
		return "run: the container is not prepared";
	if (number == PROCESS_MAIN && agent->container.state != CONTAINER_PREPARED)
		return "run: the container was started before";
	return NULL;
}

void process_run(struct agent *agent, uint32_t request, struct payload payload)
{
	uint32_t number = payload_u32(payload, FIELD_PROCESS, 0);
	const char *refusal = run_refusal(agent, number);
	struct process *process;
	char text[128];
	int report;

	if (refusal) {
		agent_reply(agent, request, EINVAL, refusal);
		return;
	}
	process = &agent->processes[number];
	if (process_begin(agent, process, number) < 0) {
		agent_reply(agent, request, (uint32_t)errno, "run: no memory for its streams");
		return;
	}
	process->request = request;
	report = spawn(agent, process, payload);
	if (report >= 0 &&
	    watch_open(agent, &process->report, report, EPOLLIN, report_woken) == 0) {
		if (number == PROCESS_MAIN)
			agent->container.state = CONTAINER_STARTED;
		return;
	}
	snprintf(text, sizeof(text), "run: %s", child_error(errno));
	agent_reply(agent, request, (uint32_t)errno, text);
	process_free(agent, process);
}

void process_reaped(struct agent *agent, struct process *process, int status)
{
	if (process->state == PROCESS_STARTING)
		report_woken(agent, &process->report);
	process->pid = 0;
	if (process->state == PROCESS_FAILED) {
		agent_reply(agent, process->request, process->failure, process->failure_text);
		process_free(agent, process);
		return;
	}
	process->code =
	    (uint32_t)(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	process->state = PROCESS_GONE;
	process->leaves = agent_now() + LEAVE_MS;
	/* The main process's others are killed with it, and their output is waited for. */
	if (process->number != PROCESS_MAIN)
		agent->leaving++;
	input_close(agent, &process->input);
	for (int i = 0; i < 2; i++)
		output_orphan(agent, &process->output[i]);
	source_urgent(agent, &process->exited);
}

static bool process_leaves(const struct process *process)
{
	return process->state == PROCESS_GONE && process->number != PROCESS_MAIN &&
	       !(process->output[0].leaving && process->output[1].leaving);
}

int64_t processes_deadline(const struct agent *agent)
{
	int64_t earliest = -1;

	if (agent->leaving == 0)
		return earliest;
	for (uint32_t number = 1; number <= PROCESS_MAX; number++) {
		const struct process *process = &agent->processes[number];

		if (process_leaves(process) && (earliest < 0 || process->leaves < earliest))
			earliest = process->leaves;
	}
	return earliest;
}

void processes_advance(struct agent *agent)
{
	int64_t deadline = processes_deadline(agent);

	if (deadline < 0 || agent_now() < deadline)
		return;
	for (uint32_t number = 1; number <= PROCESS_MAX; number++) {
		struct process *process = &agent->processes[number];

		if (!process_leaves(process) || process->leaves > deadline)
			continue;
		for (int i = 0; i < 2; i++)
			output_leave(agent, &process->output[i]);
	}
}

void process_cut(struct agent *agent, struct process *process)
{
	for (int i = 0; i < 2; i++)
		output_cut(agent, &process->output[i]);
}

/* kill(2) of -1 in the container's pid namespace: all but its first process. */
static int signal_all(struct agent *agent, uint32_t number)
{
	pid_t child = spawn_signaller(agent, (int)number);

	return child < 0 ? errno : 0;
}

void process_signal(struct agent *agent, uint32_t request, struct payload payload)
{
	struct process *process = process_find(agent, payload_u32(payload, FIELD_PROCESS, 0));
	uint32_t number = payload_u32(payload, FIELD_SIGNAL, 0);
	int status = 0;

	if (number >= _NSIG) {
		agent_reply(agent, request, EINVAL, "signal: no such signal");
		return;
	}
	if (!process || process->pid <= 0) {
		agent_reply(agent, request, ESRCH, "signal: no such process");
		return;
	}
	if (payload_u32(payload, FIELD_ALL, 0) && number == SIGKILL)
		cgroup_kill(&agent->container);
	else if (payload_u32(payload, FIELD_ALL, 0))
		status = signal_all(agent, number);
	if (kill(process->pid, (int)number) < 0)
		status = errno;
	agent_reply(agent, request, (uint32_t)status, status ? "signal: not sent" : "");
}

void process_resize(struct agent *agent, uint32_t request, struct payload payload)
{
	struct process *process = process_find(agent, payload_u32(payload, FIELD_PROCESS, 0));
	struct winsize size = {
		.ws_row = (unsigned short)payload_u32(payload, FIELD_ROWS, 0),
		.ws_col = (unsigned short)payload_u32(payload, FIELD_COLUMNS, 0),
	};
	int fd;

	if (!process || process->state == PROCESS_GONE) {
		agent_reply(agent, request, ESRCH, "resize: no such process");
		return;
	}
	fd = process->waiting[0] >= 0 ? process->waiting[0] : process->output[0].watch.fd;
	if (ioctl(fd, TIOCSWINSZ, &size) < 0)
		agent_reply(agent, request, (uint32_t)errno, "resize: not a terminal");
	else
		agent_reply(agent, request, 0, "");
}
