/* SPDX-License-Identifier: Apache-2.0 */
#include "processes.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "sessions.h"
#include "streams.h"

#define CODE_KILLED (128 + SIGKILL)

struct process *process_of(const struct monitor *monitor, uint32_t number)
{
	return number <= PROCESS_MAX ? monitor->processes[number] : NULL;
}

struct process *process_add(struct monitor *monitor, const int streams[3], bool terminal)
{
	struct process *process;
	uint32_t number = PROCESS_MAIN;

	while (number <= PROCESS_MAX && monitor->processes[number])
		number++;
	if (number > PROCESS_MAX) {
		errno = EAGAIN;
		return NULL;
	}
	process = calloc(1, sizeof(*process));
	if (!process)
		return NULL;
	process->number = number;
	process->terminal = terminal;
	process->session.fd = -1;
	if (streams_open(process, streams)) {
		free(process);
		return NULL;
	}
	monitor->processes[number] = process;
	if (number > monitor->processes_top)
		monitor->processes_top = number;
	return process;
}

void process_drop(struct monitor *monitor, struct process *process)
{
	monitor->processes[process->number] = NULL;
	while (monitor->processes_top > 0 && !monitor->processes[monitor->processes_top])
		monitor->processes_top--;
	streams_close(process);
	if (process->session.fd >= 0)
		close(process->session.fd);
	free(process);
}

void process_exited(struct process *process, int code)
{
	process->running = process->asked = false;
	process->exited = true;
	process->code = code;
	process->output.ended = process->errors.ended = true;
	process->drain_deadline = clock_ms() + DRAIN_MS;
	input_end(process);
}

void processes_killed(struct monitor *monitor)
{
	for (uint32_t number = PROCESS_MAIN + 1; number <= monitor->processes_top; number++)
		if (monitor->processes[number] && !monitor->processes[number]->exited)
			process_exited(monitor->processes[number], CODE_KILLED);
}

bool processes_pump(struct monitor *monitor)
{
	bool moved = false;

	for (uint32_t number = PROCESS_MAIN + 1; number <= monitor->processes_top; number++) {
		struct process *process = monitor->processes[number];

		if (!process)
			continue;
		if (process->exited &&
		    (streams_drained(process) || clock_ms() >= process->drain_deadline)) {
			/* First: a session that exits hangs its terminal up, and what its reader
			 * has not taken yet would be lost. */
			streams_close(process);
			session_tell(process);
			process_drop(monitor, process);
			moved = true;
		} else {
			moved = session_pump(monitor, process) || moved;
		}
	}
	return moved;
}

bool processes_told(const struct monitor *monitor)
{
	return monitor->processes_top <= PROCESS_MAIN;
}

int64_t processes_deadline(const struct monitor *monitor)
{
	int64_t earliest = -1;

	for (uint32_t number = PROCESS_MAIN + 1; number <= monitor->processes_top; number++) {
		const struct process *process = monitor->processes[number];

		if (process && process->exited &&
		    (earliest < 0 || process->drain_deadline < earliest))
			earliest = process->drain_deadline;
	}
	return earliest;
}
