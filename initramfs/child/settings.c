/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "child.h"
#include "log.h"
#include "prepare.h"

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

/* Its file, below /proc, in `path`. NULL, or what could not be done, with errno. */
static const char *sysctl_write(const struct agent *agent, struct payload group, char *path,
				size_t size)
{
	char name[TEXT_SIZE] = "", value[TEXT_SIZE] = "";

	payload_text(group, FIELD_NAME, name);
	payload_text(group, FIELD_VALUE, value);
	sysctl_path(name, path, size);
	return setting_write(agent->container.proc_fd, path, value);
}

static void sysctl_apply(const struct agent *agent, struct payload group)
{
	char path[TEXT_SIZE + 8];
	const char *step = sysctl_write(agent, group, path, sizeof(path));

	if (step)
		child_fail(errno, "%s /proc/%s: %s", step, path, child_error(errno));
}

/* A kernel that lacks one, or knows no such value, goes on with its own. */
void settings_of_host(const struct agent *agent, struct payload prepare)
{
	struct field_reader reader = payload_reader(prepare);
	struct field field;

	while (agent->owns_machine && payload_next(&reader, FIELD_HOST_SYSCTL, &field)) {
		char path[TEXT_SIZE + 8];
		const char *step = sysctl_write(agent, payload_group(&field), path, sizeof(path));

		if (step && errno == ENOENT)
			log_info("host's setting %s: this kernel has none", path);
		else if (step)
			log_error("host's setting: %s /proc/%s: %m", step, path);
	}
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
