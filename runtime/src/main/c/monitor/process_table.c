/* SPDX-License-Identifier: Apache-2.0 */
#include "process_table.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "streams.h"

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
