/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_TEST_SHIM_H
#define XEN_RUNC_TEST_SHIM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A containerd-shim of our own: a subreaper that calls the runtime as go-runc does (runc.go,
 * monitor.go, socket.go) and reaps as containerd-shim-runc-v2 does. Every wait is bounded.
 */

#define OUTPUT_SIZE 16384
/* A wait that only a broken runtime makes this long. */
#define LONG_MS 30000
/* What must be so when the runtime has returned may take the kernel a moment. */
#define SHORT_MS 1000

/* What the runtime under test may do in another way than runc, in one place. */
struct differences {
	bool missing_command_at_start; /* runc: at create; Docker treats both alike */
	bool dead_callers_undone;      /* runc: by the delete --force that follows */
};

struct shim {
	const char *runtime;
	char root[PATH_MAX], directory[PATH_MAX];
	char *base;    /* config.json, with places for the arguments and the terminal */
	char *process; /* a process for exec, in the same way */
	struct differences differs;
};

extern struct shim shim;

/* A container, and the shim's ends of its stdio: -1 = none. */
struct container {
	char id[32], bundle[PATH_MAX + 64];
	pid_t pid;
	int in, out, err, master;
};

/* A process by exec. */
struct further {
	pid_t pid;
	int in, out, err, master;
};

/* What a verb did. */
struct outcome {
	int code;
	bool held; /* somebody still held its output when it had returned */
	char output[OUTPUT_SIZE];
};

/* --- caller.c --- */

/* Calls the runtime with its output on one pipe that is read to its end; words end with NULL. */
struct outcome verb(const struct container *container, const char *const words[]);
#define VERB(container, ...) verb(container, (const char *const[]){ __VA_ARGS__, NULL })
/* The same with the caller's own descriptors as its stdio; -1 = /dev/null. Its pid. */
pid_t verb_start(const struct container *container, const int stdio[3], const char *const words[]);
int verb_await(pid_t pid);

/* --- reaper.c --- */

/* The exit code of a descendant as containerd counts it (128+n for signal n), -1 = it is there. */
int exit_await(pid_t pid, int ms);
/* A pid that is about to be used again. */
void exit_forget(pid_t pid);
/* Waits for `ms` and reaps meanwhile. */
void pass_time(int ms);

/* --- container.c --- */

/* Makes the bundle of a container that is to run this; arguments are JSON. */
bool container_bundle(struct container *container, const char *arguments, bool terminal);
bool container_create(struct container *container, const char *arguments);
bool container_create_terminal(struct container *container, const char *arguments,
			       const char *size);
bool container_start(struct container *container);
/* Create and start. */
bool container_run(struct container *container, const char *arguments);
/* Whatever it does, it is gone afterwards; true if the runtime had no complaint. */
bool container_end(struct container *container);
bool further_exec(const struct container *container, struct further *further, const char *arguments,
		  bool terminal);
void further_close(struct further *further);
/* The status that the runtime tells, "" if it fails. */
const char *container_status(const struct container *container);
bool container_is(const struct container *container, const char *status);
/* A pid file's pid; -1 unless it is digits and nothing else. */
pid_t pid_file_read(const char *path);
void descriptor_close(int *fd);

/* --- pipes.c --- */

/* Reads until `text` has come, or the end, or for too long; true if the text came. */
bool read_until(int fd, const char *text, int ms);
/* Reads to the end: the number of bytes, -1 if there is no end within `ms`. */
long read_all(int fd, int ms);
/* True if there is nothing to read and somebody still could write. */
bool is_open(int fd);
bool write_all(int fd, const char *text);

/* --- console.c --- */

struct console {
	int listener;
	char path[100], directory[80];
};

bool console_listen(struct console *console);
/* The master, if exactly one message with exactly one descriptor and a name has come already. */
int console_receive(struct console *console);
void console_close(struct console *console);

/* --- log.c --- */

/* The last record of level error in log.json, "" without one; NULL if it is no stream of records.
 */
const char *log_last_error(const struct container *container);
/* How many there are, -1 if it is no stream of records. */
int log_errors(const struct container *container);

/* --- main.c --- */

/* Says why a rule is broken; false. */
bool broken(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define expect(condition, ...)                                                                     \
	do {                                                                                       \
		if (!(condition))                                                                  \
			return broken(__VA_ARGS__);                                                \
	} while (0)
/* Ends the engine, if there is one, so that the next verb has to start it. */
void engine_end(void);

struct rule {
	const char *name;
	bool (*check)(struct container *container);
};

extern const struct rule stdio_rules[], console_rules[], exit_rules[], signal_rules[],
    error_rules[], death_rules[];

#endif
