/* SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "little_endian.h"
#include "test.h"

const char *guest_network;
const char *guest_cgroup;

static const char *program(const char *variable)
{
	const char *path = getenv(variable);

	if (!path) {
		fprintf(stderr, "%s is not set\n", variable);
		exit(EXIT_FAILURE);
	}
	return path;
}

static void write_all(int fd, const void *bytes, size_t length)
{
	for (const char *at = bytes; length;) {
		ssize_t put = send(fd, at, length, MSG_NOSIGNAL);

		if (put < 0)
			return; /* the other end is gone: reading will tell */
		at += put;
		length -= (size_t)put;
	}
}

static void frame_send(int fd, uint8_t type, uint8_t flags, uint32_t stream, const void *payload,
		       size_t length)
{
	struct frame frame = {
		.type = type, .flags = flags, .stream = stream, .length = (uint32_t)length
	};
	uint8_t bytes[FRAME_HEADER_SIZE + FRAME_PAYLOAD_MAX];

	frame_encode(&frame, bytes);
	if (length)
		memcpy(bytes + FRAME_HEADER_SIZE, payload, length);
	write_all(fd, bytes, FRAME_HEADER_SIZE + length);
}

void guest_send(struct guest *guest, uint8_t type, uint32_t stream, const void *payload,
		size_t length)
{
	frame_send(guest->agent_fd, type, 0, stream, payload, length);
}

void fields_begin(struct fields *fields)
{
	fields->writer = field_writer(fields->bytes, sizeof(fields->bytes));
}

void guest_say(struct guest *guest, uint8_t type, uint32_t stream, const struct fields *fields)
{
	size_t length = fields ? fields->writer.length : 0, sent = 0;

	do {
		size_t part = length - sent < FRAME_PAYLOAD_MAX ? length - sent : FRAME_PAYLOAD_MAX;

		frame_send(guest->agent_fd, type, sent + part < length ? FRAME_MORE : 0, stream,
			   fields ? fields->bytes + sent : NULL, part);
		sent += part;
	} while (sent < length);
}

uint32_t guest_request(struct guest *guest, uint8_t type, const struct fields *fields)
{
	uint32_t request = guest->next_request++;

	guest_say(guest, type, request, fields);
	return request;
}

static void file_seen(struct seen_reply *reply, struct field_reader group)
{
	struct field field;

	while (field_next(&group, &field))
		if (field.tag == FIELD_BYTES)
			snprintf(reply->file, sizeof(reply->file), "%.*s", (int)field.length,
				 (const char *)field.bytes);
}

static void reply_seen(struct guest *guest, uint32_t request, const uint8_t *payload, size_t length)
{
	struct field_reader reader = field_reader(payload, length);
	struct seen_reply *reply = &guest->replies[request % GUEST_REPLIES];
	struct field field;

	reply->there = true;
	reply->text[0] = reply->file[0] = '\0';
	reply->files = 0;
	while (field_next(&reader, &field)) {
		if (field.tag == FIELD_STATUS)
			field_u32(&field, &reply->status);
		if (field.tag == FIELD_TEXT)
			field_text(&field, reply->text, sizeof(reply->text));
		if (field.tag == FIELD_CGROUP_FILE && reply->files++ == 0)
			file_seen(reply, field_group(&field));
	}
}

static void exited_seen(struct guest *guest, const uint8_t *payload, size_t length)
{
	struct field_reader reader = field_reader(payload, length);
	uint32_t process = 0, code = 999;
	struct field field;

	while (field_next(&reader, &field)) {
		if (field.tag == FIELD_PROCESS)
			field_u32(&field, &process);
		if (field.tag == FIELD_CODE)
			field_u32(&field, &code);
	}
	EXPECT(!guest->process[process].exited);
	guest->process[process].exited = true;
	guest->process[process].code = code;
}

static void output_seen(struct guest *guest, const struct frame *frame, const uint8_t *payload)
{
	struct seen_output *output =
	    &guest->process[frame->stream / 4].output[frame->stream % 4 - 1];
	uint8_t credit[4];

	EXPECT(!output->ended);
	EXPECT(!guest->process[frame->stream / 4].exited);
	output->bytes = realloc(output->bytes, output->length + frame->length + 1);
	memcpy(output->bytes + output->length, payload, frame->length);
	output->length += frame->length;
	output->bytes[output->length] = '\0';
	if (output->stalled)
		return;
	little_put32(credit, frame->length);
	guest_send(guest, FRAME_WINDOW, frame->stream, credit, sizeof(credit));
}

/* What is held waits in `held_files`, as it would in a stopped server's socket. */
static void files_pass(struct guest *guest, const struct frame *frame, const uint8_t *payload)
{
	struct held *held;

	if (!guest->files_held) {
		frame_send(guest->files_fd, frame->type, 0, frame->stream, payload, frame->length);
		return;
	}
	held = malloc(sizeof(*held) + frame->length);
	held->frame = *frame;
	held->next = NULL;
	memcpy(held->payload, payload, frame->length);
	*guest->held_end = held;
	guest->held_end = &held->next;
}

void guest_files_release(struct guest *guest)
{
	guest->files_held = false;
	while (guest->held) {
		struct held *held = guest->held;

		files_pass(guest, &held->frame, held->payload);
		guest->held = held->next;
		free(held);
	}
	guest->held_end = &guest->held;
}

static void agent_said(struct guest *guest, const struct frame *frame, const uint8_t *payload)
{
	if (frame->stream >= STREAM_FILES && frame->type <= FRAME_WINDOW)
		files_pass(guest, frame, payload);
	else if (frame->type == FRAME_REPLY)
		reply_seen(guest, frame->stream, payload, frame->length);
	else if (frame->type == FRAME_EXITED)
		exited_seen(guest, payload, frame->length);
	else if (frame->type == FRAME_DATA)
		output_seen(guest, frame, payload);
	else if (frame->type == FRAME_END)
		guest->process[frame->stream / 4].output[frame->stream % 4 - 1].ended = true;
	else if (frame->type == FRAME_WINDOW)
		guest->process[frame->stream / 4].input_window += little_get32(payload);
	else if (frame->type == FRAME_TIME_ASKED)
		guest->times_asked++;
	else if (frame->type == FRAME_DNS_QUERY && guest->asked)
		guest->asked(guest, payload, frame->length);
	else
		EXPECT(frame->type == FRAME_HELLO);
}

/* Reads what is there; false at the end. */
static bool reader_fill(struct frame_reader *reader, int fd)
{
	size_t size;
	uint8_t *space = frame_reader_space(reader, &size);
	ssize_t got = recv(fd, space, size, 0);

	if (got > 0)
		frame_reader_filled(reader, (size_t)got);
	return got > 0;
}

static void pump_once(struct guest *guest, int timeout_ms)
{
	struct pollfd fds[2] = {
		{ .fd = guest->closed ? -1 : guest->agent_fd, .events = POLLIN },
		{ .fd = guest->files_held ? -1 : guest->files_fd, .events = POLLIN },
	};
	const uint8_t *payload;
	struct frame frame;

	poll(fds, 2, timeout_ms);
	if (fds[0].revents && !reader_fill(&guest->agent_reader, guest->agent_fd))
		guest->closed = true;
	while (frame_reader_next(&guest->agent_reader, &frame, &payload) == FRAME_READY)
		agent_said(guest, &frame, payload);
	if (fds[1].revents && !reader_fill(&guest->files_reader, guest->files_fd)) {
		close(guest->files_fd);
		guest->files_fd = -1;
	}
	while (frame_reader_next(&guest->files_reader, &frame, &payload) == FRAME_READY)
		guest_send(guest, frame.type, frame.stream, payload, frame.length);
}

bool guest_pump(struct guest *guest, bool (*ready)(struct guest *, uint32_t), uint32_t argument)
{
	int64_t end = clock_ms() + GUEST_WAIT_MS;

	while (!ready(guest, argument) && !guest->closed && clock_ms() < end)
		pump_once(guest, 100);
	return ready(guest, argument);
}

void guest_pump_for(struct guest *guest, int ms)
{
	for (int64_t end = clock_ms() + ms; clock_ms() < end;)
		pump_once(guest, 20);
}

static bool reply_there(struct guest *guest, uint32_t request)
{
	return guest->replies[request % GUEST_REPLIES].there || guest->closed;
}

const struct seen_reply *guest_reply(struct guest *guest, uint32_t request)
{
	struct seen_reply *reply = &guest->replies[request % GUEST_REPLIES];

	EXPECT(guest_pump(guest, reply_there, request) && reply->there);
	return reply;
}

const struct seen_reply *guest_call(struct guest *guest, uint8_t type, const struct fields *fields)
{
	return guest_reply(guest, guest_request(guest, type, fields));
}

bool guest_answers(struct guest *guest)
{
	int64_t begin = clock_ms();

	return guest_call(guest, FRAME_PING, NULL)->there && clock_ms() - begin < 1000;
}

bool guest_exited(struct guest *guest, uint32_t process)
{
	return guest->process[process].exited || guest->closed;
}

bool guest_closed(struct guest *guest, uint32_t unused)
{
	(void)unused;
	return guest->closed;
}

uint32_t guest_wait(struct guest *guest, uint32_t process)
{
	EXPECT(guest_pump(guest, guest_exited, process));
	return guest->process[process].exited ? guest->process[process].code : 999;
}

const char *guest_output(const struct guest *guest, uint32_t process, int which)
{
	const char *bytes = guest->process[process].output[which].bytes;

	return bytes ? bytes : "";
}

const char *guest_path(const struct guest *guest, const char *path)
{
	static char whole[512];

	snprintf(whole, sizeof(whole), "%s/rootfs%s", guest->directory, path);
	return whole;
}

static void rootfs_make(struct guest *guest)
{
	char command[512];

	strcpy(guest->directory, "/tmp/agent-test-XXXXXX");
	if (!mkdtemp(guest->directory))
		abort();
	snprintf(command, sizeof(command),
		 "set -e; cd %s; mkdir -p rootfs/bin rootfs/etc rootfs/tmp; cd rootfs;"
		 "cp /bin/busybox bin/; bin/busybox --install bin;"
		 "echo root:x:0:0:root:/root:/bin/sh >etc/passwd; mkdir root",
		 guest->directory);
	if (system(command) != 0)
		abort();
}

/* Forks `argv` with `fd` as its descriptor 3. */
static pid_t start(int fd, const char *const *argv)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (fd == 3)
		fcntl(3, F_SETFD, 0);
	else
		dup2(fd, 3);
	execvp(argv[0], (char *const *)argv);
	perror(argv[0]);
	_exit(127);
}

static void files_start(struct guest *guest, const char *const *volumes)
{
	const char *argv[] = { program("FILESERVER"), NULL };
	struct fields *fields = malloc(sizeof(*fields));
	struct field_reader reader;
	const uint8_t *payload;
	struct frame frame;
	struct field field;
	uint32_t number = 0;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		abort();
	guest->files_pid = start(pair[1], argv);
	close(pair[1]);
	guest->files_fd = pair[0];
	fields_begin(fields);
	for (const char *path = guest_path(guest, ""); path;
	     path = volumes && volumes[number - 1] ? volumes[number - 1] : NULL) {
		size_t mark = field_group_begin(&fields->writer, FIELD_EXPORT);

		field_put_u32(&fields->writer, FIELD_NUMBER, number++);
		field_put_text(&fields->writer, FIELD_PATH, path);
		field_put_u64(&fields->writer, FIELD_FLAGS, MS_REC);
		field_group_end(&fields->writer, mark);
	}
	frame_send(guest->files_fd, FRAME_PREPARE, 0, 1, fields->bytes, fields->writer.length);
	free(fields);
	while (frame_reader_next(&guest->files_reader, &frame, &payload) != FRAME_READY)
		if (!reader_fill(&guest->files_reader, guest->files_fd))
			abort();
	reader = field_reader(payload, frame.length);
	for (number = 0; field_next(&reader, &field);) {
		struct field_reader group = field_group(&field);
		struct field inner;

		while (field.tag == FIELD_EXPORT && field_next(&group, &inner))
			if (inner.tag == FIELD_MODE)
				field_u32(&inner, &guest->modes[number++]);
	}
	EXPECT(frame.type == FRAME_REPLY && number > 0);
}

void guest_start(struct guest *guest, const char *const *volumes)
{
	char script[512];
	const char *argv[] = { "unshare", "--mount", "--pid", "--fork", "--kill-child",
			       "--net",	  "sh",	     "-c",    script,	NULL };
	struct fields *hello = malloc(sizeof(*hello));
	int pair[2];

	memset(guest, 0, sizeof(*guest));
	guest->next_request = 1;
	guest->held_end = &guest->held;
	rootfs_make(guest);
	files_start(guest, volumes);
	snprintf(script, sizeof(script), "%s\nexec %s --fd 3 %s %s",
		 guest_network ? guest_network : "", program("AGENT"),
		 guest_cgroup ? "--cgroup" : "", guest_cgroup ? guest_cgroup : "");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		abort();
	guest->agent_pid = start(pair[1], argv);
	close(pair[1]);
	guest->agent_fd = pair[0];
	fields_begin(hello);
	field_put_u32(&hello->writer, FIELD_PROTOCOL, PROTOCOL_VERSION);
	field_put_u32(&hello->writer, FIELD_PROTOCOL_MIN, PROTOCOL_VERSION_MIN);
	guest_send(guest, FRAME_HELLO, 0, hello->bytes, hello->writer.length);
	free(hello);
}

void guest_stop(struct guest *guest)
{
	char command[128];
	int status = -1;

	/* The agent leaves when its channel closes; 10 s are its own limit for unmounting. */
	close(guest->agent_fd);
	for (int i = 0; i < 130 && waitpid(guest->agent_pid, &status, WNOHANG) == 0; i++)
		poll(NULL, 0, 100);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	kill(guest->agent_pid, SIGKILL);
	guest_files_release(guest);
	if (guest->files_fd >= 0)
		close(guest->files_fd);
	waitpid(guest->files_pid, &status, 0);
	snprintf(command, sizeof(command), "rm -rf %s", guest->directory);
	EXPECT(system(command) == 0);
	for (int i = 0; i < GUEST_PROCESSES; i++) {
		free(guest->process[i].output[0].bytes);
		free(guest->process[i].output[1].bytes);
	}
}
