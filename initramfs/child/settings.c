/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "child.h"
#include "mount_api.h"
#include "prepare.h"

/* Writes `value` to the file `path` below the directory `fd`, and nowhere else. NULL, or what could
 * not be done, with errno. */
static const char *setting_write(int fd, const char *path, const char *value)
{
	int file = path_open(fd, path, O_WRONLY, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	ssize_t put;

	if (file < 0)
		return "open";
	put = write(file, value, strlen(value));
	close(file);
	return put < 0 ? "write" : NULL;
}

/* sysctl(8): whichever separator comes first is the separator. */
static void sysctl_path(const char *name, char *path, size_t size)
{
	snprintf(path, size, "sys/%s", name);
	if (name[strcspn(name, "./")] != '.')
		return;
	for (char *at = path; *at; at++)
		if (*at == '.' || *at == '/')
			*at = *at == '.' ? '/' : '.';
	path[strlen("sys")] = '/';
}

static void sysctl_apply(const struct agent *agent, struct payload group)
{
	char name[TEXT_SIZE] = "", value[TEXT_SIZE] = "", path[TEXT_SIZE + 8];
	const char *step;

	payload_text(group, FIELD_NAME, name);
	payload_text(group, FIELD_VALUE, value);
	sysctl_path(name, path, sizeof(path));
	step = setting_write(agent->container.proc_fd, path, value);
	if (step)
		child_fail(errno, "%s /proc/%s: %s", step, path, child_error(errno));
}

static void limit_apply(const struct agent *agent, struct payload group)
{
	char name[TEXT_SIZE] = "", value[TEXT_SIZE] = "";

	payload_text(group, FIELD_NAME, name);
	payload_text(group, FIELD_VALUE, value);
	if (setting_write(agent->container.cgroup_fd, name, value))
		child_fail(errno, "cgroup limit %s: %s", name, child_error(errno));
}

void limits_apply(const struct agent *agent, struct payload prepare)
{
	struct field_reader reader = payload_reader(prepare);
	struct field field;

	while (payload_next(&reader, FIELD_CGROUP_LIMIT, &field))
		limit_apply(agent, payload_group(&field));
}

void settings_apply(const struct agent *agent, struct payload prepare)
{
	struct field_reader reader = payload_reader(prepare);
	char name[TEXT_SIZE];
	struct field field;

	while (payload_next(&reader, FIELD_SYSCTL, &field))
		sysctl_apply(agent, payload_group(&field));
	if (payload_text(prepare, FIELD_HOSTNAME, name) && sethostname(name, strlen(name)) < 0)
		child_fail(errno, "hostname %s: %s", name, child_error(errno));
	if (payload_text(prepare, FIELD_DOMAINNAME, name) && setdomainname(name, strlen(name)) < 0)
		child_fail(errno, "domainname %s: %s", name, child_error(errno));
}
