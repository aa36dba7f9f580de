/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool first = true;

static void quote(const char *text)
{
	putchar('"');
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		if (*at == '"' || *at == '\\')
			printf("\\%c", *at);
		else if (*at < 0x20 || *at >= 0x7f)
			printf("\\u%04x", *at);
		else
			putchar(*at);
	}
	putchar('"');
}

static void begin(const char *key)
{
	if (!first)
		fputs(",\n", stdout);
	first = false;
	if (key) {
		quote(key);
		putchar(':');
	}
}

void json_open(const char *key, char bracket)
{
	begin(key);
	putchar(bracket);
	first = true;
}

void json_close(char bracket)
{
	putchar(bracket);
	first = false;
}

void json_text(const char *key, const char *text)
{
	begin(key);
	quote(text);
}

void json_number(const char *key, long long number)
{
	begin(key);
	printf("%lld", number);
}

void json_boolean(const char *key, int value)
{
	begin(key);
	fputs(value ? "true" : "false", stdout);
}

void json_outcome(const char *key, int failed)
{
	static const struct {
		int number;
		const char *name;
	} errors[] = {
		{ EPERM, "EPERM" },   { ENOENT, "ENOENT" }, { EACCES, "EACCES" },
		{ EINVAL, "EINVAL" }, { ENOSYS, "ENOSYS" }, { ENODEV, "ENODEV" },
		{ EROFS, "EROFS" },   { ENXIO, "ENXIO" },   { EIO, "EIO" },
		{ EFAULT, "EFAULT" }, { EBUSY, "EBUSY" },   { EOPNOTSUPP, "EOPNOTSUPP" },
	};
	int number = errno;
	char other[16];

	if (!failed) {
		json_text(key, "ok");
		return;
	}
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].number == number) {
			json_text(key, errors[i].name);
			return;
		}
	}
	snprintf(other, sizeof(other), "error %d", number);
	json_text(key, other);
}
