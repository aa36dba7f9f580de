/* SPDX-License-Identifier: Apache-2.0 */
#include "oom.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "container_of.h"
#include "field.h"
#include "log.h"
#include "loop.h"

static bool oom_fill(struct loop *loop, struct sender *sender)
{
	struct oom *oom = container_of(sender, struct oom, sender);
	struct field_writer writer = field_writer(outbox_payload(&loop->outbox), 64);

	if (oom->told == oom->kills)
		return false;
	oom->told = oom->kills;
	field_put_u64(&writer, FIELD_OOM_KILLS, oom->kills);
	outbox_frame(&loop->outbox, FRAME_OOM, 0, writer.length);
	return true;
}

void oom_look(struct loop *loop, struct oom *oom)
{
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
		sender_urgent(&loop->outbox, &oom->sender);
}

static void events_woken(struct loop *loop, struct watch *watch)
{
	oom_look(loop, container_of(watch, struct oom, watch));
}

void oom_begin(struct loop *loop, struct oom *oom, int cgroup_fd)
{
	int fd = openat(cgroup_fd, "memory.events", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	oom->sender.fill = oom_fill;
	if (watch_open(loop->epoll_fd, &oom->watch, fd, EPOLLPRI, events_woken) < 0)
		log_error("memory.events: %m");
	else
		oom_look(loop, oom); /* the kernel tells only of what comes after a reading */
}
