/* SPDX-License-Identifier: Apache-2.0 */
#include "stats.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <unistd.h>

#include "container.h"
#include "container_of.h"
#include "loop.h"
#include "mount_api.h"

static bool stats_fill(struct loop *loop, struct sender *sender)
{
	struct stats *stats = container_of(sender, struct stats, sender);

	if (stats->request == 0)
		return false;
	memcpy(outbox_payload(&loop->outbox), stats->answer, stats->length);
	outbox_frame(&loop->outbox, FRAME_REPLY, stats->request, stats->length);
	stats->request = 0;
	return true;
}

/* A file that this kernel does not have is left out. */
static void file_put(const struct container *container, struct field_writer *answer,
		     const char *name)
{
	char bytes[STATS_FILE_SIZE];
	int fd = path_open(container->cgroup.fd, name, O_RDONLY | O_CLOEXEC, 0,
			   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
	size_t mark;

	if (fd >= 0)
		close(fd);
	if (length < 0)
		return;
	mark = field_group_begin(answer, FIELD_CGROUP_FILE);
	field_put_text(answer, FIELD_NAME, name);
	field_put(answer, FIELD_BYTES, bytes, (size_t)length);
	field_group_end(answer, mark);
}

void stats_take(struct loop *loop, struct stats *stats, const struct container *container,
		uint32_t request, struct payload payload)
{
	struct field_writer answer = field_writer(stats->answer, sizeof(stats->answer));
	struct field_reader reader = payload_reader(payload);
	struct field field;
	char name[TEXT_SIZE];

	if (!container_stands(loop, container) || stats->request) {
		outbox_reply(&loop->outbox, request, stats->request ? EBUSY : ESRCH,
			     stats->request ? "stats: one at a time" : "stats: no container");
		return;
	}
	field_put_u32(&answer, FIELD_STATUS, 0);
	while (payload_next(&reader, FIELD_NAME, &field))
		if (field_text(&field, name, sizeof(name)))
			file_put(container, &answer, name);
	if (answer.full) {
		outbox_reply(&loop->outbox, request, EMSGSIZE, "stats: too many files");
		return;
	}
	stats->length = answer.length;
	stats->request = request;
	stats->sender.fill = stats_fill;
	sender_urgent(&loop->outbox, &stats->sender);
}
