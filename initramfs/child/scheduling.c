/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduling.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <linux/sched/types.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"

static void scheduler_apply(struct payload group)
{
	struct sched_attr attributes = {
		.size = sizeof(attributes),
		.sched_policy = payload_u32(group, FIELD_POLICY, 0),
		.sched_flags = payload_u64(group, FIELD_FLAGS, 0),
		.sched_nice = (int32_t)payload_u32(group, FIELD_NICE, 0),
		.sched_priority = payload_u32(group, FIELD_PRIORITY, 0),
		.sched_runtime = payload_u64(group, FIELD_RUNTIME, 0),
		.sched_deadline = payload_u64(group, FIELD_DEADLINE, 0),
		.sched_period = payload_u64(group, FIELD_PERIOD, 0),
	};

	if (syscall(SYS_sched_setattr, 0, &attributes, 0) < 0)
		child_fail(errno, "error setting scheduler: %s", child_error(errno));
}

void scheduling_apply(struct payload run)
{
	struct field field;

	if (payload_find(run, FIELD_SCHEDULER, &field))
		scheduler_apply(payload_group(&field));
	/* For the process group, which is this process: as runc does. */
	if (payload_find(run, FIELD_IO_PRIORITY, &field) &&
	    syscall(SYS_ioprio_set, IOPRIO_WHO_PGRP, 0, payload_u32(run, FIELD_IO_PRIORITY, 0)) < 0)
		child_fail(errno, "failed to set io priority: %s", child_error(errno));
	if (payload_find(run, FIELD_PERSONALITY, &field) &&
	    personality(payload_u32(run, FIELD_PERSONALITY, 0)) < 0)
		child_fail(errno, "personality: %s", child_error(errno));
}
