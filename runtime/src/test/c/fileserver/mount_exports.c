/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mount-exports SERVER PATH=TARGET[=ro|=exportro]... -- COMMAND...
 *
 * With =ro export and mount are read-only, with =exportro only the export is. Plays the monitor and
 * the guest's agent for a real file server and this machine's kernel: starts SERVER, mounts each
 * PATH by FUSE on TARGET in a mount namespace of its own, runs COMMAND there, unmounts, and exits
 * as COMMAND did (99: something else failed).
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "field.h"
#include "frame.h"
#include "little_endian.h"

#define MESSAGE_MAX 135168u
#define MOUNTS_MAX 16u
#define FAILED 99

static struct mounted {
	const char *path, *target;
	bool readonly, mount_readonly;
	uint32_t mode;
	int fuse;
	unsigned int window;
	uint8_t message[MESSAGE_MAX * 2];
	size_t length;
	pthread_t thread;
} mounts[MOUNTS_MAX];
static unsigned int count;
static int server;
static atomic_bool unmounted;
static struct frame_reader reader;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t window_grown = PTHREAD_COND_INITIALIZER;

static void fail(const char *what)
{
	fprintf(stderr, "mount-exports: %s: %s\n", what, strerror(errno));
	exit(FAILED);
}

static void write_all(const void *bytes, size_t length)
{
	for (const uint8_t *next = bytes; length;) {
		ssize_t written = write(server, next, length);

		if (written < 0)
			fail("write to the server");
		next += written;
		length -= (size_t)written;
	}
}

static void frame_write(uint8_t type, uint32_t stream, const void *bytes, size_t length)
{
	struct frame frame = { .type = type, .stream = stream, .length = (uint32_t)length };
	uint8_t header[FRAME_HEADER_SIZE];

	frame_encode(&frame, header);
	write_all(header, sizeof(header));
	write_all(bytes, length);
}

static bool frame_read(struct frame *frame, const uint8_t **payload)
{
	while (frame_reader_next(&reader, frame, payload) != FRAME_READY) {
		size_t size;
		uint8_t *space = frame_reader_space(&reader, &size);
		ssize_t got = read(server, space, size);

		if (got <= 0)
			return false;
		frame_reader_filled(&reader, (size_t)got);
	}
	return true;
}

static void server_start(const char *program)
{
	int pair[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		fail("socketpair");
	child = fork();
	if (child < 0)
		fail("fork");
	if (!child) {
		if (dup2(pair[1], 3) < 0 || (pair[1] == 3 && fcntl(3, F_SETFD, 0)))
			fail("dup2");
		execl(program, program, NULL);
		fail(program);
	}
	close(pair[1]);
	server = pair[0];
}

static void reply_read(void)
{
	struct frame frame;
	const uint8_t *payload;
	struct field_reader fields, inner;
	struct field field, part;
	uint32_t number = 0, status = 0;

	if (!frame_read(&frame, &payload) || frame.type != FRAME_REPLY) {
		errno = EPROTO;
		fail("no REPLY");
	}
	fields = field_reader(payload, frame.length);
	while (field_next(&fields, &field)) {
		if (field.tag == FIELD_STATUS)
			field_u32(&field, &status);
		if (field.tag == FIELD_TEXT) {
			fprintf(stderr, "%.*s\n", (int)field.length, field.bytes);
			exit(FAILED);
		}
		inner = field_group(&field);
		while (field.tag == FIELD_EXPORT && field_next(&inner, &part)) {
			if (part.tag == FIELD_NUMBER)
				field_u32(&part, &number);
			else if (part.tag == FIELD_MODE)
				field_u32(&part, &mounts[number].mode);
		}
	}
}

static void prepare(void)
{
	static uint8_t bytes[FRAME_PAYLOAD_MAX];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	for (unsigned int i = 0; i < count; i++) {
		size_t mark = field_group_begin(&writer, FIELD_EXPORT);

		field_put_u32(&writer, FIELD_NUMBER, i);
		field_put_text(&writer, FIELD_PATH, mounts[i].path);
		field_put_u64(&writer, FIELD_FLAGS,
			      mounts[i].readonly ? MS_REC | MS_RDONLY : MS_REC);
		field_group_end(&writer, mark);
	}
	frame_write(FRAME_PREPARE, 7, bytes, writer.length);
	reply_read();
}

/* /dev/fuse to the server. */
static void *requests_pump(void *argument)
{
	struct mounted *mounted = argument;
	uint32_t stream = STREAM_FILES + (uint32_t)(mounted - mounts);
	uint8_t *bytes = malloc(MESSAGE_MAX);

	for (;;) {
		ssize_t length = read(mounted->fuse, bytes, MESSAGE_MAX);
		size_t sent = 0, piece;

		if (length < 0 && errno == ENODEV)
			break;
		if (length < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
			continue;
		if (length <= 0)
			fail("read /dev/fuse");
		pthread_mutex_lock(&lock);
		for (; sent < (size_t)length; sent += piece) {
			while (!mounted->window)
				pthread_cond_wait(&window_grown, &lock);
			piece = (size_t)length - sent;
			piece = piece < FRAME_PAYLOAD_MAX ? piece : FRAME_PAYLOAD_MAX;
			piece = piece < mounted->window ? piece : mounted->window;
			mounted->window -= (unsigned int)piece;
			frame_write(FRAME_DATA, stream, bytes + sent, piece);
		}
		pthread_mutex_unlock(&lock);
	}
	pthread_mutex_lock(&lock);
	frame_write(FRAME_END, stream, NULL, 0);
	pthread_mutex_unlock(&lock);
	free(bytes);
	return NULL;
}

static void data_take(struct mounted *mounted, const uint8_t *payload, size_t length)
{
	uint32_t whole;

	memcpy(mounted->message + mounted->length, payload, length);
	mounted->length += length;
	if (mounted->length < 4)
		return;
	whole = little_get32(mounted->message);
	if (mounted->length < whole)
		return;
	if (mounted->length > whole) {
		errno = EPROTO;
		fail("two messages in one frame");
	}
	/* ENOENT: the request was interrupted. */
	if (write(mounted->fuse, mounted->message, whole) < 0 && errno != ENOENT)
		fprintf(stderr, "mount-exports: write /dev/fuse: %s\n", strerror(errno));
	mounted->length = 0;
}

/* The server to /dev/fuse. */
static void *replies_pump(void *argument)
{
	struct frame frame;
	const uint8_t *payload;

	while (frame_read(&frame, &payload)) {
		struct mounted *mounted = &mounts[frame.stream - STREAM_FILES];

		if (frame.type == FRAME_DATA) {
			data_take(mounted, payload, frame.length);
		} else if (frame.type == FRAME_WINDOW) {
			pthread_mutex_lock(&lock);
			mounted->window += little_get32(payload);
			pthread_cond_broadcast(&window_grown);
			pthread_mutex_unlock(&lock);
		} else if (frame.type == FRAME_END) {
			/* Aborts the connection; harmless if it is unmounted. */
			close(mounted->fuse);
		}
	}
	if (!unmounted) {
		errno = EPIPE;
		fail("the server has gone");
	}
	return argument;
}

static void mount_export(struct mounted *mounted)
{
	char options[200];

	mounted->fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (mounted->fuse < 0)
		fail("/dev/fuse");
	mounted->window = FILES_WINDOW;
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=%o,user_id=0,group_id=0,default_permissions,allow_other",
		 mounted->fuse, mounted->mode);
	if (mount("export", mounted->target, "fuse", mounted->mount_readonly ? MS_RDONLY : 0,
		  options))
		fail(mounted->target);
	if (pthread_create(&mounted->thread, NULL, requests_pump, mounted))
		fail("thread");
}

static int command_run(char **argv)
{
	pid_t child = fork();
	int status;

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(argv[0], argv);
		fail(argv[0]);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		fail("command");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int arguments_read(char **argv)
{
	int i = 2;

	for (; argv[i] && strcmp(argv[i], "--"); i++) {
		char *target = strchr(argv[i], '='),
		     *flag = target ? strchr(target + 1, '=') : NULL;

		if (!target || count == MOUNTS_MAX)
			exit(FAILED);
		*target = 0;
		if (flag)
			*flag = 0;
		mounts[count++] =
		    (struct mounted){ .path = argv[i],
				      .target = target + 1,
				      .readonly = flag != NULL,
				      .mount_readonly = flag && !strcmp(flag + 1, "ro") };
	}
	return i + 1;
}

int main(int argc, char **argv)
{
	pthread_t replies;
	int command, status;

	if (argc < 5)
		exit(FAILED);
	command = arguments_read(argv);
	signal(SIGPIPE, SIG_IGN);
	server_start(argv[1]);
	prepare();
	/* The server must not see these mounts: it has its own namespace already. */
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		fail("unshare");
	if (pthread_create(&replies, NULL, replies_pump, NULL))
		fail("thread");
	for (unsigned int i = 0; i < count; i++)
		mount_export(&mounts[i]);
	status = command_run(argv + command);
	for (unsigned int i = count; i-- > 0;) {
		if (umount2(mounts[i].target, 0) && umount2(mounts[i].target, MNT_DETACH))
			perror(mounts[i].target);
		pthread_join(mounts[i].thread, NULL);
	}
	unmounted = true;
	shutdown(server, SHUT_WR);
	pthread_join(replies, NULL);
	if (wait(&(int){ 0 }) < 0)
		fail("wait");
	return status;
}
