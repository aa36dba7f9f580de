/* SPDX-License-Identifier: Apache-2.0 */
#include "ending.h"

#include "clock.h"
#include "log.h"

/* How long the ending may go without progress, and the last frame without being read. */
#define ENDING_MS 10000
#define LEAVING_MS 5000

void ending_begin(struct loop *loop, struct container *container)
{
	if (loop->phase != PHASE_SERVING)
		return;
	loop->phase = PHASE_ENDING;
	loop->deadline = clock_ms() + ENDING_MS;
	cgroup_kill(&container->cgroup);
}

/* True when the file systems are unmounted, or never were mounted. */
static bool unmounted(struct container *container)
{
	if (container->unmounter == 0 && container->mount_namespace >= 0 &&
	    unmounter_start(container) < 0) {
		log_error("unmount: %m");
		return true;
	}
	return container->unmounter == 0;
}

static void leave(struct loop *loop, struct container *container)
{
	files_abort(&container->files);
	cgroup_remove(&container->cgroup);
	loop->phase = PHASE_LEAVING;
	loop->deadline = clock_ms() + LEAVING_MS;
}

static void step(struct loop *loop, struct container *container, struct processes *processes)
{
	int64_t now = clock_ms();
	bool late, processes_gone, files_done, drained;

	if (loop->sent)
		loop->deadline = now + ENDING_MS;
	loop->sent = false;
	late = now >= loop->deadline;
	processes_gone = container->pid == 0;
	files_done = processes_gone && unmounted(container);
	drained = !loop->channel || processes_drained(loop, processes, late);
	if (late && !(processes_gone && files_done))
		log_error("the container's %s did not end in time",
			  processes_gone ? "file systems" : "processes");
	if (late || (processes_gone && files_done && drained))
		leave(loop, container);
}

void ending_advance(struct loop *loop, struct container *container, struct processes *processes)
{
	/* Without the host nothing can be told, and no file be served. */
	if (!loop->channel)
		files_abort(&container->files);
	if (!loop->channel || container->state == CONTAINER_GONE)
		ending_begin(loop, container);
	if (loop->phase == PHASE_ENDING)
		step(loop, container, processes);
	/* The main process's output may have been cut only now, and its ENDs come before EXITED. */
	if (loop->phase == PHASE_LEAVING)
		processes_leave(loop, processes);
	/* The host closes the channel when it has read the last frame. */
	if (loop->phase == PHASE_LEAVING && (!loop->channel || clock_ms() >= loop->deadline))
		loop->phase = PHASE_OVER;
}
