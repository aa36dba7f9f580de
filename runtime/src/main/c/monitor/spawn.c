/* SPDX-License-Identifier: Apache-2.0 */
#include "spawn.h"

#include <errno.h>
#include <string.h>

/* Their numbers are their order. */
static bool exports_count(struct payload payload, uint32_t *count)
{
	struct field_reader reader = payload_reader(payload);
	struct field field;

	while (payload_next(&reader, FIELD_EXPORT, &field))
		if (payload_u32(payload_group(&field), FIELD_NUMBER, EXPORT_MAX) != (*count)++)
			return false;
	return true;
}

int spawn_take(const struct message *message, struct spawn *spawn, struct failure *failure)
{
	struct payload payload = message_payload(message);

	memset(spawn, 0, sizeof(*spawn));
	spawn->payload = payload;
	if (message->type != FRAME_SPAWN_MONITOR ||
	    !payload_valid(TO_LAUNCHER, message->type, payload) ||
	    !exports_count(payload, &spawn->exports))
		return failure_set(failure, EBADMSG, "SPAWN_MONITOR is malformed");
	payload_text_of(payload, FIELD_CONTAINER, spawn->container, sizeof(spawn->container));
	payload_text_of(payload, FIELD_SOCKET, spawn->socket, sizeof(spawn->socket));
	payload_text(payload, FIELD_NETNS, spawn->netns);
	payload_text(payload, FIELD_CGROUP, spawn->cgroup);
	payload_text_of(payload, FIELD_SCOPE_UNIT, spawn->scope_unit, sizeof(spawn->scope_unit));
	payload_text_of(payload, FIELD_SCOPE_SLICE, spawn->scope_slice, sizeof(spawn->scope_slice));
	spawn->has_oom_score_adj = payload_find(payload, FIELD_OOM_SCORE_ADJ, &(struct field){ 0 });
	spawn->oom_score_adj = (int32_t)payload_u32(payload, FIELD_OOM_SCORE_ADJ, 0);
	spawn->terminal = payload_u32(payload, FIELD_TERMINAL, 0);
	spawn->readonly = payload_u32(payload, FIELD_READONLY, 0);
	if (!spawn->container[0] || !spawn->socket[0])
		return failure_set(failure, EBADMSG, "SPAWN_MONITOR is malformed");
	return 0;
}
