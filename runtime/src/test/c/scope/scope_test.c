/* SPDX-License-Identifier: Apache-2.0 */
/* systemd-scope against a bus of the test's own on which the test plays systemd. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "room.h"
#include "talk.h"
#include "test.h"

#define BUS "/run/dbus/system_bus_socket"
#define JOB "/org/freedesktop/systemd1/job/7"

/* How the played systemd answers, and what it was asked. */
static const char *answer;

static int property_is(sd_bus_message *call, const char *name, const char *contents)
{
	const char *text;
	uint32_t pid;
	int flag;

	if (strcmp(contents, "s") == 0) {
		sd_bus_message_read(call, "v", "s", &text);
		return (strcmp(name, "Slice") == 0 && strcmp(text, "system.slice") == 0) ||
		       (strcmp(name, "CollectMode") == 0 &&
			strcmp(text, "inactive-or-failed") == 0) ||
		       strcmp(name, "Description") == 0;
	}
	if (strcmp(contents, "b") == 0) {
		sd_bus_message_read(call, "v", "b", &flag);
		return strcmp(name, flag ? "Delegate" : "DefaultDependencies") == 0;
	}
	sd_bus_message_read(call, "v", "au", 1, &pid);
	return strcmp(name, "PIDs") == 0 && pid == 4711;
}

/* How many of the properties are right. */
static int properties_count(sd_bus_message *call)
{
	int count = 0;

	sd_bus_message_enter_container(call, 'a', "(sv)");
	while (sd_bus_message_enter_container(call, 'r', "sv") > 0) {
		const char *name, *contents;

		sd_bus_message_read(call, "s", &name);
		sd_bus_message_peek_type(call, NULL, &contents);
		count += property_is(call, name, contents);
		sd_bus_message_exit_container(call);
	}
	sd_bus_message_exit_container(call);
	return count;
}

static int scope_asked(sd_bus_message *call, void *context, sd_bus_error *error)
{
	sd_bus *bus = sd_bus_message_get_bus(call);
	const char *unit, *mode;

	(void)context;
	if (strcmp(answer, "refuse") == 0)
		return sd_bus_error_set(error, "org.freedesktop.systemd1.UnitExists",
					"Unit docker-web.scope already exists.");
	if (sd_bus_message_read(call, "ss", &unit, &mode) < 0 ||
	    strcmp(unit, "docker-web.scope") != 0 || strcmp(mode, "fail") != 0 ||
	    properties_count(call) != 6)
		return sd_bus_error_set(error, "org.freedesktop.systemd1.Bad",
					"not as it should be");
	/* The job of somebody else, and one that is over before the call is answered. */
	sd_bus_emit_signal(bus, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
			   "JobRemoved", "uoss", 6, "/org/freedesktop/systemd1/job/6", "x.scope",
			   "failed");
	sd_bus_reply_method_return(call, "o", JOB);
	sd_bus_emit_signal(bus, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
			   "JobRemoved", "uoss", 7, JOB, unit, answer);
	return 1;
}

static const sd_bus_vtable manager[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("StartTransientUnit", "ssa(sv)a(sa(sv))", "o", scope_asked, 0),
	SD_BUS_SIGNAL("JobRemoved", "uoss", 0),
	SD_BUS_VTABLE_END,
};

/* Returns when the name is taken. */
static pid_t systemd_play(const char *how)
{
	sd_bus *bus = NULL;
	int ready[2];
	pid_t child;

	if (pipe(ready))
		return -1;
	child = fork();
	if (child) {
		close(ready[1]);
		readable_within(ready[0], SOON_MS);
		close(ready[0]);
		return child;
	}
	answer = how;
	if (sd_bus_open_system(&bus) < 0 ||
	    sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/systemd1",
				     "org.freedesktop.systemd1.Manager", manager, NULL) < 0 ||
	    sd_bus_request_name(bus, "org.freedesktop.systemd1", 0) < 0)
		_exit(1);
	close(ready[0]), close(ready[1]);
	for (;;) {
		if (sd_bus_process(bus, NULL) == 0)
			sd_bus_wait(bus, UINT64_MAX);
	}
}

/* Runs systemd-scope; its exit code, and what it says on stderr. */
static int scope_run(char *text, size_t size)
{
	FILE *program =
	    popen(TREE "/lib/xen-runc/systemd-scope docker-web.scope system.slice 4711 2>&1", "re");
	size_t length = fread(text, 1, size - 1, program);
	int status = pclose(program);

	text[length] = '\0';
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int scope_run_with(const char *how, char *text, size_t size)
{
	pid_t systemd = systemd_play(how);
	int code = scope_run(text, size);

	kill(systemd, SIGKILL);
	waitpid(systemd, NULL, 0);
	return code;
}

static void scope_is_asked_for_with_every_property(void)
{
	char text[512];

	EXPECT(scope_run_with("done", text, sizeof(text)) == 0);
	EXPECT(text[0] == '\0');
}

static void failed_job_is_told(void)
{
	char text[512];

	EXPECT(scope_run_with("failed", text, sizeof(text)) == 1);
	EXPECT(strcmp(text, "systemd says: failed\n") == 0);
}

static void refusal_is_told_in_systemds_words(void)
{
	char text[512];

	EXPECT(scope_run_with("refuse", text, sizeof(text)) == 1);
	EXPECT(strcmp(text, "Unit docker-web.scope already exists.\n") == 0);
}

static void host_without_a_bus_is_told(void)
{
	char text[512];

	EXPECT(rename(BUS, BUS ".away") == 0);
	EXPECT(scope_run(text, sizeof(text)) == 1);
	EXPECT(rename(BUS ".away", BUS) == 0);
	EXPECT(strncmp(text, "connect to the system bus: ", 27) == 0);
}

static const struct test tests[] = {
	{ "the scope is asked for with every property", scope_is_asked_for_with_every_property },
	{ "a failed job is told", failed_job_is_told },
	{ "a refusal is told in systemd's words", refusal_is_told_in_systemds_words },
	{ "a host without a bus is told", host_without_a_bus_is_told },
};

static const char configuration[] =
    "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
    "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">"
    "<busconfig><type>system</type><listen>unix:path=" BUS "</listen>"
    "<policy context=\"default\"><allow send_destination=\"*\"/><allow send_type=\"signal\"/>"
    "<allow receive_sender=\"*\"/><allow own=\"*\"/><allow user=\"*\"/></policy></busconfig>";

int main(void)
{
	FILE *file;

	room_enter();
	mkdir("/run/dbus", 0755);
	file = fopen("/run/bus.conf", "we");
	fputs(configuration, file);
	fclose(file);
	if (system("dbus-daemon --config-file=/run/bus.conf --fork --print-pid >/dev/null")) {
		fprintf(stderr, "dbus-daemon cannot be run\n");
		return 1;
	}
	return test_run_all("systemd-scope", tests, sizeof(tests) / sizeof(tests[0]));
}
