/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_log.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "paths.h"

#define TAIL_SIZE 16384

off_t engine_log_length(void)
{
	struct stat status;

	return stat(ENGINE_LOG, &status) ? 0 : status.st_size;
}

/* False for what a JVM always says last: a trace's frames, and that there came to be no JVM. What
 * stands before them is the innermost cause. */
static bool line_tells(const char *line)
{
	static const char *const empty_words[] = {
		"\tat ",
		"\t... ",
		"Error: Could not create the Java Virtual Machine.",
		"Error: A fatal exception has occurred.",
	};

	for (size_t i = 0; i < sizeof(empty_words) / sizeof(empty_words[0]); i++)
		if (strncmp(line, empty_words[i], strlen(empty_words[i])) == 0)
			return false;
	return line[strspn(line, " \t\r#")] != '\0';
}

/* The last line that tells something; what follows it is cut off. */
static char *telling_line(char *text)
{
	char *line;

	do {
		line = strrchr(text, '\n');
		line = line ? line + 1 : text;
		if (line_tells(line))
			return line;
		if (line > text)
			line[-1] = '\0';
	} while (line > text);
	return text + strlen(text);
}

void engine_log_cause(off_t since, char *words, size_t size)
{
	off_t whole = engine_log_length(), begin = since;
	static char tail[TAIL_SIZE];
	char *line;
	ssize_t length;
	int fd = open(ENGINE_LOG, O_RDONLY | O_CLOEXEC);

	words[0] = '\0';
	if (fd < 0)
		return;
	if (whole - begin >= (off_t)sizeof(tail))
		begin = whole - (off_t)sizeof(tail) + 1;
	length = pread(fd, tail, sizeof(tail) - 1, begin);
	close(fd);
	tail[length > 0 ? length : 0] = '\0';
	line = telling_line(tail);
	words_clean(line);
	if (*line)
		snprintf(words, size, "; %s says: %s", ENGINE_LOG, line);
}
