/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "loop.h"
#include "message.h"
#include "process_table.h"
#include "server.h"
#include "sessions.h"
#include "setup.h"
#include "streams.h"
#include "trace.h"

#define LAUNCHER_LINK 3
#define LINK_MS 10000
#define REPLY_SIZE (64u << 10)

static struct monitor monitor;
static struct spawn spawn;
static uint8_t reply_bytes[REPLY_SIZE];

static bool reply_send(const struct message *request, const struct field_writer *reply)
{
	return message_send(LAUNCHER_LINK, FRAME_REPLY, request->stream, reply->bytes,
			    reply->length, clock_ms() + LINK_MS) == 0;
}

/* Whatever was made so far ends with the process, but for the names of the sockets, which the
 * engine removes. */
static _Noreturn void setup_failed(const struct message *request, const struct failure *failure)
{
	log_warn("set up: %s", failure->text);
	server_end(&monitor);
	message_send_failure(LAUNCHER_LINK, request->stream, failure, clock_ms() + LINK_MS);
	exit(1);
}

static void setup(struct inbox *inbox)
{
	struct field_writer reply = field_writer(reply_bytes, sizeof(reply_bytes));
	struct failure failure = { .status = 0 };
	struct message request;

	/* A launcher that is gone already needs no answer. */
	if (message_receive(LAUNCHER_LINK, inbox, clock_ms() + LINK_MS, &request))
		exit(1);
	monitor.listener.fd = monitor.sessions.fd = -1;
	if (spawn_take(&request, &spawn, &failure))
		setup_failed(&request, &failure);
	log_open(spawn.container);
	trace_open();
	field_put_u32(&reply, FIELD_STATUS, 0);
	if (monitor_setup(&monitor, &spawn, &reply, &failure))
		setup_failed(&request, &failure);
	if (!reply_send(&request, &reply))
		monitor.orphan_deadline = clock_ms();
	close(LAUNCHER_LINK);
}

int main(void)
{
	struct inbox inbox;
	int code;

	if (inbox_open(&inbox, MESSAGE_MAX_TO_MONITOR))
		return 1;
	setup(&inbox);
	inbox_close(&inbox);
	code = monitor_run(&monitor);
	/* Before the end of this process hangs its terminal up: that drops what is not yet read. */
	streams_close(process_of(&monitor, PROCESS_MAIN));
	return code;
}
