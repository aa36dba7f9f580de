/* SPDX-License-Identifier: Apache-2.0 */
/*
 * systemd-scope UNIT SLICE PID: has systemd move the process into a new transient scope, as runc
 * does for its --systemd-cgroup. A program of its own because libsystemd is only a shared library.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "clock.h"

#define JOB_SECONDS 30

#define MANAGER                                                                                    \
	"org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"

struct job {
	char path[256]; /* empty until systemd has named it */
	bool removed;
	char result[64];
};

static int job_removed(sd_bus_message *message, void *context, sd_bus_error *error)
{
	const char *path, *unit, *result;
	struct job *job = context;
	uint32_t id;

	(void)error;
	if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) < 0)
		return 0;
	if (strcmp(path, job->path) == 0) {
		job->removed = true;
		snprintf(job->result, sizeof(job->result), "%s", result);
	}
	return 0;
}

/* The properties that runc gives its scopes: the container runtime manages what lies below. */
static int properties_append(sd_bus_message *call, const char *unit, const char *slice,
			     uint32_t pid)
{
	char description[320];
	int result;

	snprintf(description, sizeof(description), "xen-runc container %s", unit);
	result = sd_bus_message_append(call, "ss", unit, "fail");
	if (result < 0)
		return result;
	return sd_bus_message_append(call, "a(sv)a(sa(sv))", 6, "Description", "s", description,
				     "Slice", "s", slice, "PIDs", "au", 1, pid, "Delegate", "b", 1,
				     "DefaultDependencies", "b", 0, "CollectMode", "s",
				     "inactive-or-failed", 0);
}

static int scope_start(sd_bus *bus, const char *unit, const char *slice, uint32_t pid,
		       struct job *job)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *call = NULL, *reply = NULL;
	const char *path;
	int result = sd_bus_message_new_method_call(bus, &call, MANAGER, "StartTransientUnit");

	if (result >= 0)
		result = properties_append(call, unit, slice, pid);
	if (result >= 0)
		result = sd_bus_call(bus, call, JOB_SECONDS * 1000000ull, &error, &reply);
	if (result >= 0)
		result = sd_bus_message_read(reply, "o", &path);
	if (result < 0)
		fprintf(stderr, "%s\n", error.message ? error.message : strerror(-result));
	else
		snprintf(job->path, sizeof(job->path), "%s", path);
	sd_bus_error_free(&error);
	sd_bus_message_unref(call);
	sd_bus_message_unref(reply);
	return result;
}

/* Signals that came during the call are still in the queue: none is missed. */
static int job_await(sd_bus *bus, const struct job *job)
{
	int64_t deadline = clock_ms() + JOB_SECONDS * 1000;

	while (!job->removed && clock_ms() < deadline) {
		int result = sd_bus_process(bus, NULL);

		if (result == 0)
			result = sd_bus_wait(bus, 1000000);
		if (result < 0 && result != -EINTR)
			return result;
	}
	return job->removed ? 0 : -ETIMEDOUT;
}

int main(int argc, char **argv)
{
	struct job job = { .removed = false };
	sd_bus *bus = NULL;
	int result;

	if (argc != 4) {
		fprintf(stderr, "usage: systemd-scope UNIT SLICE PID\n");
		return 1;
	}
	result = sd_bus_open_system(&bus);
	if (result < 0) {
		fprintf(stderr, "connect to the system bus: %s\n", strerror(-result));
		return 1;
	}
	result = sd_bus_match_signal(bus, NULL, MANAGER, "JobRemoved", job_removed, &job);
	if (result < 0) {
		fprintf(stderr, "listen to systemd: %s\n", strerror(-result));
		return 1;
	}
	if (scope_start(bus, argv[1], argv[2], (uint32_t)strtoul(argv[3], NULL, 10), &job) < 0)
		return 1;
	result = job_await(bus, &job);
	if (result < 0)
		fprintf(stderr, "wait for the scope: %s\n", strerror(-result));
	else if (strcmp(job.result, "done") != 0)
		fprintf(stderr, "systemd says: %s\n", job.result);
	sd_bus_unref(bus);
	return result < 0 || strcmp(job.result, "done") != 0;
}
