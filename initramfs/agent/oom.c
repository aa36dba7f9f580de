/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "agent.h"
#include "log.h"
#include "resources.h"

static bool oom_fill(struct agent *agent, struct source *source)
{
	struct oom *oom = container_of(source, struct oom, source);
	struct field_writer writer = field_writer(outbox_payload(&agent->outbox), 64);

	if (oom->told == oom->kills)
		return false;
	oom->told = oom->kills;
	field_put_u64(&writer, FIELD_OOM_KILLS, oom->kills);
	outbox_frame(&agent->outbox, FRAME_OOM, 0, writer.length);
	return true;
}

void oom_look(struct agent *agent)
{
	struct oom *oom = &agent->oom;
	char text[512], *line;
	ssize_t length;

	if (oom->watch.fd < 0)
		return;
	length = pread(oom->watch.fd, text, sizeof(text) - 1, 0);
	if (length < 0)
		return;
	text[length] = '\0';
	line = strstr(text, "\noom_kill ");
	if (!line)
		return;
	oom->kills = strtoull(line + strlen("\noom_kill "), NULL, 10);
	if (oom->kills != oom->told)
		source_urgent(agent, &oom->source);
}

static void events_woken(struct agent *agent, struct watch *watch)
{
	(void)watch;
	oom_look(agent);
}

void oom_begin(struct agent *agent)
{
	struct oom *oom = &agent->oom;
	int fd = openat(agent->container.cgroup_fd, "memory.events", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	oom->source.fill = oom_fill;
	if (watch_open(agent, &oom->watch, fd, EPOLLPRI, events_woken) < 0)
		log_error("memory.events: %m");
	else
		oom_look(agent); /* the kernel tells of what comes after it was read */
}
