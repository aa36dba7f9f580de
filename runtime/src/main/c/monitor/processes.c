/* SPDX-License-Identifier: Apache-2.0 */
#include "processes.h"

#include <signal.h>

#include "clock.h"
#include "process_table.h"
#include "sessions.h"
#include "streams.h"

#define CODE_KILLED (128 + SIGKILL)

void process_exited(struct process *process, int code)
{
	process->running = process->asked = false;
	process->exited = true;
	process->code = code;
	process->output.ended = process->errors.ended = true;
	process->drain_ms = DRAIN_MS;
	/* With a window that is used up the agent has waited for the readers before it said this.
	 */
	if (process->output.window && process->errors.window)
		process->taken = clock_ms();
	input_end(process);
}

int64_t process_drain_deadline(const struct process *process)
{
	return process->taken + process->drain_ms;
}

void processes_killed(struct monitor *monitor)
{
	for (uint32_t number = PROCESS_MAIN + 1; number <= monitor->processes_top; number++)
		if (monitor->processes[number] && !monitor->processes[number]->exited)
			process_exited(monitor->processes[number], CODE_KILLED);
}

void processes_stopped(struct monitor *monitor, int code)
{
	processes_killed(monitor);
	process_exited(monitor->processes[PROCESS_MAIN], code);
	for (uint32_t number = PROCESS_MAIN; number <= monitor->processes_top; number++) {
		struct process *process = monitor->processes[number];

		if (!process)
			continue;
		process->drain_ms = STOP_DRAIN_MS;
		process->taken = clock_ms();
	}
}

bool processes_pump(struct monitor *monitor)
{
	bool moved = false;

	for (uint32_t number = PROCESS_MAIN + 1; number <= monitor->processes_top; number++) {
		struct process *process = monitor->processes[number];

		if (!process)
			continue;
		if (process->exited &&
		    (streams_drained(process) || clock_ms() >= process_drain_deadline(process))) {
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

		if (process && process->exited)
			earliest = clock_earlier(earliest, process_drain_deadline(process));
	}
	return earliest;
}
