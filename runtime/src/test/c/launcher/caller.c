/* SPDX-License-Identifier: Apache-2.0 */
#include "caller.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"

#define ARGUMENTS_MAX 32

void call_begin(struct call *call, const char *const *arguments)
{
	int input[2], output[2], errors[2];
	char *words[ARGUMENTS_MAX] = { "xen-runc" };

	for (size_t i = 0; arguments[i]; i++)
		words[i + 1] = (char *)arguments[i];
	*call = (struct call){ .code = -1 };
	if (pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC) || pipe2(errors, O_CLOEXEC))
		return;
	call->pid = fork();
	if (call->pid == 0) {
		dup2(input[0], 0), dup2(output[1], 1), dup2(errors[1], 2);
		execv(LAUNCHER, words);
		_exit(127);
	}
	close(input[0]), close(output[1]), close(errors[1]);
	call->input = input[1], call->output = output[0], call->errors = errors[0];
}

static bool pipe_take(int fd, char *text, size_t size)
{
	ssize_t length = read_soon(fd, text, size - 1);

	text[length > 0 ? length : 0] = '\0';
	close(fd);
	return length >= 0;
}

bool call_end(struct call *call)
{
	bool ended = process_await(call->pid, clock_ms() + SOON_MS);
	int status;

	if (!ended)
		fprintf(stderr, "the launcher does not end\n");
	status = process_reap(call->pid, clock_ms());
	call->code = process_code(status);
	close(call->input);
	ended = pipe_take(call->output, call->out, sizeof(call->out)) && ended;
	return pipe_take(call->errors, call->err, sizeof(call->err)) && ended;
}

bool call_run(struct call *call, const char *const *arguments)
{
	call_begin(call, arguments);
	return call_end(call);
}

int engine_listen(void)
{
	mkdir(RUN_DIRECTORY, 0700);
	return socket_listen_at(ENGINE_SOCKET);
}

bool engine_accept(struct talk *engine, int listener)
{
	talk_open(engine, socket_accept_soon(listener));
	return engine->fd >= 0 && talk_hear(engine, FRAME_HELLO, 0) && talk_hello(engine) &&
	       talk_hear(engine, FRAME_VERB, 0);
}

bool engine_result(struct talk *engine, uint32_t code, const char *output, const char *text)
{
	static uint8_t bytes[65536];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_CODE, code);
	if (output)
		field_put_text(&writer, FIELD_OUTPUT, output);
	if (text)
		field_put_text(&writer, FIELD_TEXT, text);
	return talk_say_fields(engine, FRAME_RESULT, 0, &writer);
}

const char *file_text(const char *path)
{
	static char text[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[length > 0 ? length : 0] = '\0';
	return text;
}

bool file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ssize_t length = write(fd, text, strlen(text));

	close(fd);
	return length == (ssize_t)strlen(text);
}
