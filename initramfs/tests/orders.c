/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "guest.h"
#include "test.h"

/* The requests that nearly every test makes. */

void prepare_mount(struct fields *fields, const char *type, const char *target, const char *data,
		   uint64_t flags)
{
	size_t mark = field_group_begin(&fields->writer, FIELD_MOUNT);

	field_put_text(&fields->writer, FIELD_TYPE, type);
	field_put_text(&fields->writer, FIELD_TARGET, target);
	field_put_u64(&fields->writer, FIELD_FLAGS, flags);
	if (data)
		field_put_text(&fields->writer, FIELD_DATA, data);
	field_group_end(&fields->writer, mark);
}

void prepare_export(struct fields *fields, const struct guest *guest, uint32_t number,
		    const char *target, uint64_t flags)
{
	size_t mark = field_group_begin(&fields->writer, FIELD_EXPORT);

	field_put_u32(&fields->writer, FIELD_NUMBER, number);
	field_put_u32(&fields->writer, FIELD_MODE, guest->modes[number]);
	field_group_end(&fields->writer, mark);
	if (!target)
		return;
	mark = field_group_begin(&fields->writer, FIELD_MOUNT);
	field_put_text(&fields->writer, FIELD_TYPE, "export");
	field_put_u32(&fields->writer, FIELD_NUMBER, number);
	field_put_text(&fields->writer, FIELD_TARGET, target);
	field_put_u64(&fields->writer, FIELD_FLAGS, flags);
	field_group_end(&fields->writer, mark);
}

void prepare_begin(struct fields *fields, const struct guest *guest)
{
	const uint64_t usual = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	fields_begin(fields);
	field_put_text(&fields->writer, FIELD_HOSTNAME, "box");
	prepare_export(fields, guest, 0, NULL, 0);
	prepare_mount(fields, "proc", "/proc", NULL, usual);
	prepare_mount(fields, "tmpfs", "/dev", "mode=755,size=65536k", MS_NOSUID | MS_STRICTATIME);
	prepare_mount(fields, "devpts", "/dev/pts", "newinstance,ptmxmode=0666,mode=0620,gid=5",
		      MS_NOSUID | MS_NOEXEC);
	prepare_mount(fields, "sysfs", "/sys", NULL, usual | MS_RDONLY);
	prepare_mount(fields, "cgroup", "/sys/fs/cgroup", NULL, usual | MS_RDONLY);
	prepare_mount(fields, "mqueue", "/dev/mqueue", NULL, usual);
	prepare_mount(fields, "tmpfs", "/dev/shm", "mode=1777,size=65536k", usual);
}

void guest_prepare(struct guest *guest)
{
	struct fields *fields = malloc(sizeof(*fields));
	const struct seen_reply *reply;

	prepare_begin(fields, guest);
	reply = guest_call(guest, FRAME_PREPARE, fields);
	if (reply->status)
		fprintf(stderr, "PREPARE: %u: %s\n", reply->status, reply->text);
	EXPECT(reply->status == 0);
	free(fields);
}

void run_begin(struct fields *fields, uint32_t process, const char *command, const char *script)
{
	const uint64_t usual = 0xa80425fb; /* the capabilities of Docker's containers */

	fields_begin(fields);
	field_put_u32(&fields->writer, FIELD_PROCESS, process);
	field_put_text(&fields->writer, FIELD_ARG, command);
	if (script) {
		field_put_text(&fields->writer, FIELD_ARG, "-c");
		field_put_text(&fields->writer, FIELD_ARG, script);
	}
	field_put_text(&fields->writer, FIELD_ENV, "PATH=/usr/bin:/bin");
	field_put_text(&fields->writer, FIELD_CWD, "/");
	field_put_u32(&fields->writer, FIELD_UID, 0);
	field_put_u32(&fields->writer, FIELD_GID, 0);
	field_put_u64(&fields->writer, FIELD_CAP_BOUNDING, usual);
	field_put_u64(&fields->writer, FIELD_CAP_EFFECTIVE, usual);
	field_put_u64(&fields->writer, FIELD_CAP_PERMITTED, usual);
}

void guest_run(struct guest *guest, uint32_t process, const char *script)
{
	struct fields *fields = malloc(sizeof(*fields));
	const struct seen_reply *reply;

	run_begin(fields, process, "sh", script);
	reply = guest_call(guest, FRAME_RUN, fields);
	if (reply->status)
		fprintf(stderr, "RUN: %u: %s\n", reply->status, reply->text);
	EXPECT(reply->status == 0);
	free(fields);
}

void guest_signal(struct guest *guest, uint32_t process, uint32_t number, bool all)
{
	struct fields *fields = malloc(sizeof(*fields));

	fields_begin(fields);
	field_put_u32(&fields->writer, FIELD_PROCESS, process);
	field_put_u32(&fields->writer, FIELD_SIGNAL, number);
	field_put_u32(&fields->writer, FIELD_ALL, all);
	EXPECT(guest_call(guest, FRAME_SIGNAL, fields)->status == 0);
	free(fields);
}

void prepare_prints(struct guest *guest, const struct fields *fields, const char *script,
		    const char *expected)
{
	const struct seen_reply *reply = guest_call(guest, FRAME_PREPARE, fields);

	EXPECT(reply->status == 0);
	if (reply->status)
		fprintf(stderr, "PREPARE: %u: %s\n", reply->status, reply->text);
	else
		guest_run(guest, 1, script);
	EXPECT(guest_wait(guest, 1) == 0);
	EXPECT(strcmp(guest_output(guest, 1, 0), expected) == 0);
	if (test_failures)
		fprintf(stderr, "stdout: %s\nstderr: %s\n", guest_output(guest, 1, 0),
			guest_output(guest, 1, 1));
}

void prepare_fails(struct guest *guest, const struct fields *fields, uint32_t status,
		   const char *text)
{
	const struct seen_reply *reply = guest_call(guest, FRAME_PREPARE, fields);

	EXPECT(reply->status == status);
	EXPECT(!text || strcmp(reply->text, text) == 0);
	if (test_failures)
		fprintf(stderr, "PREPARE: %u: %s\n", reply->status, reply->text);
	EXPECT(guest_answers(guest));
	guest_stop(guest);
}
