/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_TESTS_GUEST_H
#define XEN_RUNC_TESTS_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "field.h"
#include "frame.h"

/*
 * A monitor's part, played by the tests: the real agent in namespaces of its own, the real file
 * server, and between them this process, which passes files on and keeps what the agent says.
 * Names of programs come from the environment: AGENT, FILESERVER.
 */
#define GUEST_PROCESSES 300
#define GUEST_REPLIES 512
#define GUEST_WAIT_MS 20000

struct guest {
	char directory[64]; /* holds rootfs/ and cgroup's name; removed at the end */
	int agent_fd, files_fd;
	pid_t agent_pid, files_pid;
	struct frame_reader agent_reader, files_reader;
	uint32_t modes[8]; /* st_mode of each export's root */
	uint32_t times_asked;
	/* What is done with a query for names, a payload of DNS_QUERY. */
	void (*asked)(struct guest *guest, const uint8_t *payload, size_t length);
	bool closed;	 /* the agent has closed the channel */
	bool files_held; /* nothing is passed to the file server, as if it were stopped */
	struct held {
		struct held *next;
		struct frame frame;
		uint8_t payload[];
	} * held, **held_end;
	uint32_t next_request;
	struct seen_reply {
		bool there;
		uint32_t status;
		char text[600];
		unsigned int files; /* of STATS */
		char file[600];	    /* the first one, as text */
	} replies[GUEST_REPLIES];
	struct seen_process {
		struct seen_output {
			char *bytes;
			size_t length;
			bool ended;
			bool stalled; /* give no window back */
		} output[2];
		uint32_t input_window;
		bool exited;
		uint32_t code;
	} process[GUEST_PROCESSES];
};

/* A payload being written. */
struct fields {
	uint8_t bytes[256 * 1024];
	struct field_writer writer;
};
void fields_begin(struct fields *fields);

/* What a shell does in the agent's network namespace first; NULL = nothing. */
extern const char *guest_network;
/* The agent's parent of the container's cgroup; NULL = this machine's tree. */
extern const char *guest_cgroup;
/* Starts agent and file server; export 0 is a busybox rootfs, `volumes` (may be NULL-ended list of
 * paths) are the exports from 1 up. Says HELLO. */
void guest_start(struct guest *guest, const char *const *volumes);
/* Kills what is left and checks that the agent leaves nothing. */
void guest_stop(struct guest *guest);
/* A path below the container's rootfs, as the host sees it; static memory. */
const char *guest_path(const struct guest *guest, const char *path);

void guest_send(struct guest *guest, uint8_t type, uint32_t stream, const void *payload,
		size_t length);
/* The same, in several frames if need be. */
void guest_say(struct guest *guest, uint8_t type, uint32_t stream, const struct fields *fields);
/* Sends a request; its number. */
uint32_t guest_request(struct guest *guest, uint8_t type, const struct fields *fields);
/* The request's REPLY; fails the test after GUEST_WAIT_MS. */
const struct seen_reply *guest_reply(struct guest *guest, uint32_t request);
/* Both. */
const struct seen_reply *guest_call(struct guest *guest, uint8_t type, const struct fields *fields);
/* PING is answered within a second. */
bool guest_answers(struct guest *guest);

/* PREPARE as Docker's default container has it; more may be put before it is sent. */
void prepare_begin(struct fields *fields, const struct guest *guest);
void prepare_mount(struct fields *fields, const char *type, const char *target, const char *data,
		   uint64_t flags);
void prepare_export(struct fields *fields, const struct guest *guest, uint32_t number,
		    const char *target, uint64_t flags);
/* Sends the default PREPARE and expects success. */
void guest_prepare(struct guest *guest);
/* Sends this PREPARE, expects success, and runs a script that must print this. */
void prepare_prints(struct guest *guest, const struct fields *fields, const char *script,
		    const char *expected);
/* Sends this PREPARE, expects this failure, with any text if it is NULL, and stops the guest. */
void prepare_fails(struct guest *guest, const struct fields *fields, uint32_t status,
		   const char *text);

/* RUN of `sh -c SCRIPT`, or of one argument if `script` is NULL, as root with the capabilities of
 * Docker's containers. */
void run_begin(struct fields *fields, uint32_t process, const char *command, const char *script);
/* Sends it and expects success. */
void guest_run(struct guest *guest, uint32_t process, const char *script);
void guest_signal(struct guest *guest, uint32_t process, uint32_t number, bool all);

/* Passes frames until `ready` or GUEST_WAIT_MS; returns whether it became ready. */
bool guest_pump(struct guest *guest, bool (*ready)(struct guest *guest, uint32_t argument),
		uint32_t argument);
/* Lets the file server go on with what was held. */
void guest_files_release(struct guest *guest);
/* Passes frames for a while. */
void guest_pump_for(struct guest *guest, int ms);
bool guest_exited(struct guest *guest, uint32_t process);
bool guest_closed(struct guest *guest, uint32_t unused);
/* Waits for the exit; its code, or 999. */
uint32_t guest_wait(struct guest *guest, uint32_t process);
/* What came on stdout (0) or stderr (1), as text. */
const char *guest_output(const struct guest *guest, uint32_t process, int which);

#endif
