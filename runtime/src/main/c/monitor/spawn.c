/* SPDX-License-Identifier: Apache-2.0 */
#include "spawn.h"

#include <errno.h>
#include <string.h>

#include "field.h"

static bool export_check(const struct field *export, uint32_t expected)
{
	struct field_reader reader = field_group(export);
	uint32_t number;
	struct field field;
	bool found = false;

	while (field_next(&reader, &field))
		if (field.tag == FIELD_NUMBER)
			found = field_u32(&field, &number) && number == expected;
	return found && !reader.bad && expected < EXPORT_MAX;
}

static bool field_take(const struct field *field, struct spawn *spawn)
{
	uint32_t number;

	switch (field->tag) {
	case FIELD_CONTAINER:
		return field_text(field, spawn->container, sizeof(spawn->container));
	case FIELD_SOCKET:
		return field_text(field, spawn->socket, sizeof(spawn->socket));
	case FIELD_NETNS:
		return field_text(field, spawn->netns, sizeof(spawn->netns));
	case FIELD_CGROUP:
		return field_text(field, spawn->cgroup, sizeof(spawn->cgroup));
	case FIELD_SCOPE_UNIT:
		return field_text(field, spawn->scope_unit, sizeof(spawn->scope_unit));
	case FIELD_SCOPE_SLICE:
		return field_text(field, spawn->scope_slice, sizeof(spawn->scope_slice));
	case FIELD_OOM_SCORE_ADJ:
		if (!field_u32(field, &number))
			return false;
		spawn->has_oom_score_adj = true;
		spawn->oom_score_adj = (int32_t)number;
		return true;
	case FIELD_TERMINAL:
		spawn->terminal = field_u32(field, &number) && number;
		return spawn->terminal;
	case FIELD_ARG:
	case FIELD_ROWS:
	case FIELD_COLUMNS:
	case FIELD_FOREGROUND:
		return true; /* the launcher has seen to them */
	case FIELD_READONLY:
		spawn->readonly = field_u32(field, &number) && number;
		return spawn->readonly;
	case FIELD_MOUNT:
		return true; /* see files.c */
	case FIELD_EXPORT:
		return export_check(field, spawn->exports++);
	default:
		return false;
	}
}

int spawn_parse(const struct message *message, struct spawn *spawn, struct failure *failure)
{
	struct field_reader reader = field_reader(message->bytes, message->length);
	struct field field;

	memset(spawn, 0, sizeof(*spawn));
	spawn->message = *message;
	while (field_next(&reader, &field))
		if (!field_take(&field, spawn))
			return failure_set(failure, EBADMSG, "SPAWN_MONITOR: field %u is malformed",
					   field.tag);
	if (reader.bad || message->type != FRAME_SPAWN_MONITOR || !spawn->container[0] ||
	    !spawn->socket[0] || spawn->exports == 0)
		return failure_set(failure, EBADMSG, "SPAWN_MONITOR is malformed");
	return 0;
}
