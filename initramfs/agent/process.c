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

#include "child.h"
#include "clock.h"
#include "container_of.h"
#include "log.h"
#include "spawn.h"

/* What an exec'd process leaves behind may hold its output for ever, and the caller waits for its
 * exit. dockerd gives runc's output as long. */
#define LEAVE_MS 2000

struct process *process_find(struct processes *processes, uint32_t number)
{
	if (number == 0 || number > PROCESS_MAX || processes->table[number].state == PROCESS_FREE)
		return NULL;
	return &processes->table[number];
}

static bool output_ended(const struct process *process)
{
	return process->output[0].ended && process->output[1].ended;
}

static bool exited_fill(struct loop *loop, struct sender *sender)
{
	struct process *process = container_of(sender, struct process, exited);
	struct field_writer writer = field_writer(outbox_payload(&loop->outbox), FRAME_PAYLOAD_MAX);

	if (process->state != PROCESS_GONE || !output_ended(process))
		return false;
	field_put_u32(&writer, FIELD_PROCESS, process->number);
	field_put_u32(&writer, FIELD_CODE, process->code);
	outbox_frame(&loop->outbox, FRAME_EXITED, 0, writer.length);
	process->state = PROCESS_FREE;
	return true;
}

/* Opens the process's streams; nothing flows before process_running. -1 with errno. */
static int process_begin(struct loop *loop, struct process *process, uint32_t number)
{
	sender_forget(&loop->outbox, &process->exited);
	if (input_open(loop, &process->input, STREAM_STDIN(number)) < 0)
		return -1;
	output_open(loop, &process->output[0], STREAM_STDOUT(number));
	output_open(loop, &process->output[1], STREAM_STDERR(number));
	process->number = number;
	process->report.fd = -1;
	process->waiting[0] = process->waiting[1] = -1;
	process->pid = 0;
	process->exited = (struct sender){ .fill = exited_fill };
	process->state = PROCESS_STARTING;
	return 0;
}

static void process_free(struct loop *loop, struct process *process)
{
	watch_close(&process->report);
	input_close(loop, &process->input);
	for (int i = 0; i < 2; i++)
		if (process->waiting[i] >= 0)
			close(process->waiting[i]);
	process->state = PROCESS_FREE;
}

/* execve has succeeded: replies, and only then lets output flow. */
static void process_running(struct loop *loop, struct process *process)
{
	watch_close(&process->report);
	process->state = PROCESS_RUNNING;
	outbox_reply(&loop->outbox, process->request, 0, "");
	process->output[0].terminal = process->waiting[1] < 0;
	for (int i = 0; i < 2; i++) {
		if (process->waiting[i] < 0)
			process->output[i].ended = true; /* a terminal has no stderr */
		else if (output_attach(loop, &process->output[i], process->waiting[i]) < 0)
			output_cut(loop, &process->output[i]);
		process->waiting[i] = -1;
	}
}

/* The child has made a terminal and sends its master. */
static void terminal_take(struct loop *loop, struct process *process, int master)
{
	int writer = fcntl(master, F_DUPFD_CLOEXEC, 0);

	if (writer < 0 || process->waiting[0] >= 0) {
		close(master);
		return;
	}
	fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	process->waiting[0] = master;
	if (process->input.open && input_attach(loop, &process->input, writer) < 0)
		log_error("process %u: terminal: %m", process->number);
}

static void report_woken(struct loop *loop, struct watch *watch)
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
			process_running(loop, process);
		} else if (report.kind == REPORT_TERMINAL && fd >= 0) {
			terminal_take(loop, process, fd);
		} else if (report.kind == REPORT_FAILED) {
			process->failure = report.status;
			snprintf(process->failure_text, sizeof(process->failure_text), "%s",
				 report.text);
			process->state = PROCESS_FAILED;
		}
	}
}

/* Why this RUN is refused; NULL if it is not. An exec'd process may come before the main one. */
static const char *run_refusal(const struct loop *loop, const struct processes *processes,
			       const struct container *container, uint32_t number)
{
	if (number == 0 || number > PROCESS_MAX)
		return "run: no such process number";
	if (processes->table[number].state != PROCESS_FREE)
		return "run: the process number is in use";
	if (!container_stands(loop, container))
		return "run: the container is not prepared";
	if (number == PROCESS_MAIN && container->state != CONTAINER_PREPARED)
		return "run: the container was started before";
	return NULL;
}

static int stdio_attach(struct loop *loop, struct process *process, const struct stdio *stdio)
{
	process->waiting[0] = stdio->ours[1];
	process->waiting[1] = stdio->ours[2];
	return input_attach(loop, &process->input, stdio->ours[0]);
}

/* Starts RUN's program, on pipes unless it is to have a terminal. The socket on which its child
 * reports, or -1 with errno. */
static int process_start(struct loop *loop, struct process *process, struct container *container,
			 struct payload run)
{
	struct stdio stdio = { .count = 0 };
	int report = -1, saved;

	if (payload_u32(run, FIELD_TERMINAL, 0) ||
	    (stdio_open(&stdio) == 0 && stdio_attach(loop, process, &stdio) == 0)) {
		if (process->number == PROCESS_MAIN) {
			process->pid = container->pid;
			report = spawn_main(container, run, &stdio);
		} else {
			report = spawn_exec(loop, container, run, &stdio, &process->pid);
		}
	}
	saved = errno;
	stdio_close(&stdio);
	errno = saved;
	return report;
}

void process_run(struct loop *loop, struct processes *processes, struct container *container,
		 uint32_t request, struct payload payload)
{
	uint32_t number = payload_u32(payload, FIELD_PROCESS, 0);
	const char *refusal = run_refusal(loop, processes, container, number);
	struct process *process;
	char text[128];
	int report;

	if (refusal) {
		outbox_reply(&loop->outbox, request, EINVAL, refusal);
		return;
	}
	process = &processes->table[number];
	if (process_begin(loop, process, number) < 0) {
		outbox_reply(&loop->outbox, request, (uint32_t)errno,
			     "run: no memory for its streams");
		return;
	}
	process->request = request;
	report = process_start(loop, process, container, payload);
	if (report >= 0 &&
	    watch_open(loop->epoll_fd, &process->report, report, EPOLLIN, report_woken) == 0) {
		if (number == PROCESS_MAIN)
			container->state = CONTAINER_STARTED;
		return;
	}
	snprintf(text, sizeof(text), "run: %s", child_error(errno));
	outbox_reply(&loop->outbox, request, (uint32_t)errno, text);
	process_free(loop, process);
}

static void process_reaped(struct loop *loop, struct process *process, int status)
{
	if (process->state == PROCESS_STARTING)
		report_woken(loop, &process->report);
	process->pid = 0;
	if (process->state == PROCESS_FAILED) {
		outbox_reply(&loop->outbox, process->request, process->failure,
			     process->failure_text);
		process_free(loop, process);
		return;
	}
	process->code =
	    (uint32_t)(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	process->state = PROCESS_GONE;
	process->leaves = clock_ms() + LEAVE_MS;
	input_close(loop, &process->input);
	for (int i = 0; i < 2; i++)
		output_orphan(loop, &process->output[i]);
}

void processes_reaped(struct loop *loop, struct processes *processes, pid_t pid, int status)
{
	for (uint32_t number = 1; number <= PROCESS_MAX; number++) {
		struct process *process = &processes->table[number];

		if (process->state == PROCESS_FREE || process->pid != pid)
			continue;
		process_reaped(loop, process, status);
		/* The main process takes all others with it: the ending waits for its output. */
		if (number != PROCESS_MAIN)
			processes->leaving++;
	}
}

/* Takes the next step of an exec'd process that is gone. When it has to be called again, on the
 * clock; -1 = never. */
static int64_t process_advance(struct loop *loop, struct process *process, int64_t now)
{
	if (output_ended(process))
		sender_urgent(&loop->outbox, &process->exited);
	if (process->output[0].leaving)
		return -1;
	if (process->leaves > now)
		return process->leaves;
	for (int i = 0; i < 2; i++)
		output_leave(loop, &process->output[i]);
	return -1;
}

void processes_advance(struct loop *loop, struct processes *processes)
{
	int64_t now, deadline;

	processes->deadline = -1;
	if (processes->leaving == 0)
		return;
	processes->leaving = 0;
	now = clock_ms();
	for (uint32_t number = 1; number <= PROCESS_MAX; number++) {
		struct process *process = &processes->table[number];

		if (process->state != PROCESS_GONE || number == PROCESS_MAIN)
			continue;
		processes->leaving++;
		deadline = process_advance(loop, process, now);
		if (deadline >= 0 && (processes->deadline < 0 || deadline < processes->deadline))
			processes->deadline = deadline;
	}
}

bool processes_drained(struct loop *loop, struct processes *processes, bool cut)
{
	bool drained = true;

	for (uint32_t number = 1; number <= PROCESS_MAX; number++) {
		struct process *process = &processes->table[number];

		if (process->state == PROCESS_FREE)
			continue;
		if (number == PROCESS_MAIN && process->state == PROCESS_GONE &&
		    output_ended(process))
			continue;
		drained = false;
		for (int i = 0; cut && i < 2; i++)
			output_cut(loop, &process->output[i]);
	}
	return drained;
}

void processes_leave(struct loop *loop, struct processes *processes)
{
	struct process *process = &processes->table[PROCESS_MAIN];

	if (process->state == PROCESS_GONE && output_ended(process))
		sender_urgent(&loop->outbox, &process->exited);
}

/* kill(2) of -1 in the container's pid namespace: all but its main process. */
static int signal_all(const struct container *container, uint32_t number)
{
	pid_t child = spawn_signaller(container, (int)number);

	return child < 0 ? errno : 0;
}

void process_signal(struct loop *loop, struct processes *processes, struct container *container,
		    uint32_t request, struct payload payload)
{
	struct process *process = process_find(processes, payload_u32(payload, FIELD_PROCESS, 0));
	uint32_t number = payload_u32(payload, FIELD_SIGNAL, 0);
	int status = 0;

	if (number >= _NSIG) {
		outbox_reply(&loop->outbox, request, EINVAL, "signal: no such signal");
		return;
	}
	if (!process || process->pid <= 0) {
		outbox_reply(&loop->outbox, request, ESRCH, "signal: no such process");
		return;
	}
	if (payload_u32(payload, FIELD_ALL, 0) && number == SIGKILL)
		cgroup_kill(&container->cgroup);
	else if (payload_u32(payload, FIELD_ALL, 0))
		status = signal_all(container, number);
	if (kill(process->pid, (int)number) < 0)
		status = errno;
	outbox_reply(&loop->outbox, request, (uint32_t)status, status ? "signal: not sent" : "");
}

void process_resize(struct loop *loop, struct processes *processes, uint32_t request,
		    struct payload payload)
{
	struct process *process = process_find(processes, payload_u32(payload, FIELD_PROCESS, 0));
	struct winsize size = {
		.ws_row = (unsigned short)payload_u32(payload, FIELD_ROWS, 0),
		.ws_col = (unsigned short)payload_u32(payload, FIELD_COLUMNS, 0),
	};
	int fd;

	if (!process || process->state == PROCESS_GONE) {
		outbox_reply(&loop->outbox, request, ESRCH, "resize: no such process");
		return;
	}
	fd = process->waiting[0] >= 0 ? process->waiting[0] : process->output[0].watch.fd;
	if (ioctl(fd, TIOCSWINSZ, &size) < 0)
		outbox_reply(&loop->outbox, request, (uint32_t)errno, "resize: not a terminal");
	else
		outbox_reply(&loop->outbox, request, 0, "");
}
