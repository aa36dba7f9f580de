/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_link.h"

#include <unistd.h>

#include "clock.h"
#include "log.h"

void engine_drop(struct monitor *monitor, const char *why)
{
	log_info("engine: %s", why);
	close(monitor->engine.fd);
	monitor->engine = (struct peer){ .fd = -1 };
	monitor->from_engine.held = false;
	monitor->engine_greeted = false;
	monitor->connect_number = 0;
	monitor->orphan_deadline = clock_ms() + ORPHAN_MS;
}

void engine_send(struct monitor *monitor, const struct frame *frame, const void *payload)
{
	if (monitor->engine.fd < 0)
		return;
	if (!queue_append_frame(&monitor->to_engine, frame, payload))
		engine_drop(monitor, "it does not read");
}

void engine_send_fields(struct monitor *monitor, uint8_t type, uint32_t number,
			const struct field_writer *writer)
{
	struct frame frame = { .type = type, .stream = number };

	frame.length = (uint32_t)writer->length;
	engine_send(monitor, &frame, writer->bytes);
}

void engine_reply(struct monitor *monitor, uint32_t number, int status, const char *text)
{
	uint8_t bytes[512];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_STATUS, (uint32_t)status);
	if (text)
		field_put_text(&writer, FIELD_TEXT, text);
	engine_send_fields(monitor, FRAME_REPLY, number, &writer);
}

void engine_connect_reply(struct monitor *monitor, int status, const char *text)
{
	uint32_t number = monitor->connect_number;

	monitor->connect_number = 0;
	if (number)
		engine_reply(monitor, number, status, text);
}

void engine_tell_oom(struct monitor *monitor)
{
	uint8_t bytes[32];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	if (monitor->oom_told || !monitor->oom_kills)
		return;
	monitor->oom_told = true;
	field_put_u64(&writer, FIELD_OOM_KILLS, monitor->oom_kills);
	engine_send_fields(monitor, FRAME_OOM, 0, &writer);
}

void engine_tell(struct monitor *monitor)
{
	uint8_t bytes[512];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	if (!monitor->engine_greeted)
		return;
	engine_tell_oom(monitor);
	if (monitor->phase == PHASE_LOST) {
		field_put_text(&writer, FIELD_TEXT, monitor->reason);
		engine_send_fields(monitor, FRAME_LOST, 0, &writer);
	} else if (monitor->phase == PHASE_ENDING) {
		field_put_u32(&writer, FIELD_PROCESS, PROCESS_MAIN);
		field_put_u32(&writer, FIELD_CODE, (uint32_t)monitor->exit_code);
		engine_send_fields(monitor, FRAME_EXITED, 0, &writer);
	}
}
