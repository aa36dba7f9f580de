/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "mount_api.h"

const char *setting_write(int fd, const char *path, const char *value)
{
	int file = path_open(fd, path, O_WRONLY, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	ssize_t put;
	int saved;

	if (file < 0)
		return "open";
	put = write(file, value, strlen(value));
	saved = errno;
	close(file);
	errno = saved;
	return put < 0 ? "write" : NULL;
}

/* sysctl(8): the first of "." and "/" in a name is its separator. */
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

/* Writes a sysctl; `path` is its file below /proc. NULL, or the step that failed, with errno. */
static const char *sysctl_write(const struct inheritance *inheritance, struct payload group,
				char *path, size_t size)
{
	char name[TEXT_SIZE] = "", value[TEXT_SIZE] = "";

	payload_text(group, FIELD_NAME, name);
	payload_text(group, FIELD_VALUE, value);
	sysctl_path(name, path, size);
	return setting_write(inheritance->proc_fd, path, value);
}

static void sysctl_apply(const struct inheritance *inheritance, struct payload group)
{
	char path[TEXT_SIZE + 8];
	const char *step = sysctl_write(inheritance, group, path, sizeof(path));

	if (step)
		child_fail(errno, "%s /proc/%s: %s", step, path, child_error(errno));
}

/* Writes those with `tag`, as far as this kernel has them and takes them. `whose` is for the log.
 */
static void sysctls_take_over(const struct inheritance *inheritance, struct payload payload,
			      uint16_t tag, const char *whose)
{
	struct field_reader reader = payload_reader(payload);
	struct field field;

	while (payload_next(&reader, tag, &field)) {
		char path[TEXT_SIZE + 8];
		const char *step =
		    sysctl_write(inheritance, payload_group(&field), path, sizeof(path));

		if (step && errno == ENOENT)
			log_info("%s setting %s: this kernel has none", whose, path);
		else if (step)
			log_error("%s setting: %s /proc/%s: %m", whose, step, path);
	}
}

void settings_of_host(const struct inheritance *inheritance, struct payload prepare)
{
	if (inheritance->owns_machine)
		sysctls_take_over(inheritance, prepare, FIELD_HOST_SYSCTL, "host's");
}

void settings_of_network(const struct inheritance *inheritance, struct payload payload)
{
	sysctls_take_over(inheritance, payload, FIELD_NETWORK_SYSCTL, "network's");
}

void settings_apply(const struct inheritance *inheritance, struct payload prepare)
{
	struct field_reader reader = payload_reader(prepare);
	char name[TEXT_SIZE];
	struct field field;

	while (payload_next(&reader, FIELD_SYSCTL, &field))
		sysctl_apply(inheritance, payload_group(&field));
	if (payload_text(prepare, FIELD_HOSTNAME, name) && sethostname(name, strlen(name)) < 0)
		child_fail(errno, "hostname %s: %s", name, child_error(errno));
	if (payload_text(prepare, FIELD_DOMAINNAME, name) && setdomainname(name, strlen(name)) < 0)
		child_fail(errno, "domainname %s: %s", name, child_error(errno));
}
