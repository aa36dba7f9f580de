/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"

static void monitor_exec(int link, int input, int output, int errors)
{
	if (descriptor_place(fcntl(input, F_DUPFD, 20), 0) ||
	    descriptor_place(fcntl(output, F_DUPFD, 20), 1) ||
	    descriptor_place(fcntl(errors, F_DUPFD, 20), 2) ||
	    descriptor_place(fcntl(link, F_DUPFD, 20), 3))
		_exit(126);
	descriptors_close(4);
	execl(MONITOR_PROGRAM, "sleep", "1200", NULL);
	_exit(127);
}

static void export_put(struct field_writer *writer, uint32_t number, const char *path)
{
	size_t mark = field_group_begin(writer, FIELD_EXPORT);

	field_put_u32(writer, FIELD_NUMBER, number);
	field_put_text(writer, FIELD_PATH, path);
	field_put_u64(writer, FIELD_FLAGS, MS_REC);
	field_group_end(writer, mark);
}

static bool spawn_say(struct rig *rig, const struct rig_spawn *spawn)
{
	static uint8_t bytes[262144];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_text(&writer, FIELD_ARG, "sleep");
	field_put_text(&writer, FIELD_SOCKET, RIG_SOCKET);
	field_put_text(&writer, FIELD_CONTAINER, "web");
	if (spawn->netns)
		field_put_text(&writer, FIELD_NETNS, spawn->netns);
	if (spawn->cgroup)
		field_put_text(&writer, FIELD_CGROUP, spawn->cgroup);
	if (spawn->oom_score_adj)
		field_put_u32(&writer, FIELD_OOM_SCORE_ADJ, (uint32_t)*spawn->oom_score_adj);
	export_put(&writer, 0, spawn->export ? spawn->export : "/");
	for (uint32_t number = 1; number <= spawn->exports; number++)
		export_put(&writer, number, "/etc");
	return talk_say_fields(&rig->launcher, FRAME_SPAWN_MONITOR, 9, &writer);
}

bool rig_spawn(struct rig *rig, const struct rig_spawn *spawn)
{
	int link[2], input[2], output[2], errors[2];

	*rig = (struct rig){
		.launcher.fd = -1, .engine.fd = -1, .agent.fd = -1, .agent_listener = -1
	};
	mkdir("/run/xen-runc", 0700);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, link) || pipe2(input, O_CLOEXEC) ||
	    pipe2(output, O_CLOEXEC) || pipe2(errors, O_CLOEXEC))
		return false;
	rig->monitor = fork();
	if (rig->monitor == 0)
		monitor_exec(link[1], input[0], output[1], errors[1]);
	close(link[1]), close(input[0]), close(output[1]), close(errors[1]);
	rig->input = input[1], rig->output = output[0], rig->errors = errors[0];
	talk_open(&rig->launcher, link[0]);
	return spawn_say(rig, spawn) && talk_hear(&rig->launcher, FRAME_REPLY, 9);
}

bool rig_engine(struct rig *rig)
{
	talk_close(&rig->engine);
	talk_open(&rig->engine, socket_connect_soon(RIG_SOCKET));
	return talk_hello(&rig->engine) && talk_hear(&rig->engine, FRAME_HELLO, 0);
}

bool rig_join(struct rig *rig)
{
	uint8_t bytes[256];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	rig->agent_listener = socket_listen_at(RIG_AGENT);
	field_put_text(&writer, FIELD_SOCKET, RIG_AGENT_NAME);
	if (!talk_say_fields(&rig->engine, FRAME_CONNECT, 1, &writer))
		return false;
	talk_open(&rig->agent, socket_accept_soon(rig->agent_listener));
	return talk_hear(&rig->agent, FRAME_HELLO, 0) && talk_hello(&rig->agent) &&
	       talk_hear(&rig->engine, FRAME_REPLY, 1) &&
	       heard_u32(&rig->engine, FIELD_STATUS) == 0;
}

bool rig_run(struct rig *rig)
{
	uint8_t bytes[64];
	struct field_writer run = field_writer(bytes, sizeof(bytes));
	struct field_writer reply;

	field_put_u32(&run, FIELD_PROCESS, PROCESS_MAIN);
	if (!talk_say_fields(&rig->engine, FRAME_RUN, 2, &run) ||
	    !talk_hear(&rig->agent, FRAME_RUN, ANY))
		return false;
	reply = field_writer(bytes, sizeof(bytes));
	field_put_u32(&reply, FIELD_STATUS, 0);
	return talk_say_fields(&rig->agent, FRAME_REPLY, rig->agent.message.stream, &reply) &&
	       talk_hear(&rig->engine, FRAME_REPLY, 2);
}

bool rig_serve(struct rig *rig)
{
	return rig_spawn(rig, &(struct rig_spawn){ .exports = 1 }) &&
	       heard_u32(&rig->launcher, FIELD_STATUS) == 0 && rig_engine(rig) && rig_join(rig) &&
	       rig_run(rig);
}

bool rig_exited(struct rig *rig, uint32_t code)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_PROCESS, PROCESS_MAIN);
	field_put_u32(&writer, FIELD_CODE, code);
	return talk_say_fields(&rig->agent, FRAME_EXITED, 0, &writer);
}

int rig_exit_code(struct rig *rig)
{
	int status;

	if (!process_await(rig->monitor, clock_ms() + SOON_MS + 5000))
		return -1;
	waitpid(rig->monitor, &status, 0);
	rig->monitor = 0;
	return process_code(status);
}

void rig_end(struct rig *rig)
{
	if (rig->monitor > 0) {
		kill(rig->monitor, SIGKILL);
		process_reap(rig->monitor, INT64_MAX);
	}
	talk_close(&rig->launcher);
	talk_close(&rig->engine);
	talk_close(&rig->agent);
	if (rig->agent_listener >= 0)
		close(rig->agent_listener);
	close(rig->input), close(rig->output), close(rig->errors);
}
