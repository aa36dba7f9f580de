/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

/* Usage: shim DIRECTORY [PART-OF-A-NAME]; the directory holds base.json and process.json, see run.
 */

#define TEMPLATE_SIZE 65536

struct shim shim;

static char reason[OUTPUT_SIZE + 256];

bool broken(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	return false;
}

void engine_end(void)
{
	const char *path = getenv("ENGINE_PID_FILE");
	FILE *file = path ? fopen(path, "re") : NULL;
	int pid = -1;

	if (!file)
		return;
	if (fscanf(file, "%d", &pid) != 1)
		pid = -1;
	fclose(file);
	if (pid <= 0 || kill(pid, SIGKILL))
		return;
	/* It was orphaned to the shim; what it held must not look like the next one's. */
	exit_await(pid, LONG_MS);
}

static char *template_read(const char *name)
{
	char path[PATH_MAX + 32], *text = calloc(1, TEMPLATE_SIZE);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", shim.directory, name);
	file = fopen(path, "re");
	if (!file || !text || fread(text, 1, TEMPLATE_SIZE - 1, file) == 0) {
		printf("Bail out! no %s\n", path);
		exit(2);
	}
	fclose(file);
	return text;
}

static bool rule_run(const struct rule *rule, int number)
{
	struct container container = { .in = -1, .out = -1, .err = -1, .master = -1 };
	bool good;

	reason[0] = '\0';
	snprintf(container.id, sizeof(container.id), "shim-%d-%d", getpid(), number);
	snprintf(container.bundle, sizeof(container.bundle), "%s/%s", shim.directory, container.id);
	good = rule->check(&container);
	if (!container_end(&container) && good)
		good = broken("delete --force fails: %s", log_last_error(&container));
	for (char *end = reason; good == false && *end; end++)
		if (*end == '\n')
			*end = ' ';
	printf("%sok %d %s\n", good ? "" : "not ", number, rule->name);
	if (!good)
		printf("# %s\n", reason);
	return good;
}

static int rules_run(const char *wanted)
{
	const struct rule *const parts[] = { stdio_rules,  console_rules, exit_rules,
					     signal_rules, error_rules,	  death_rules };
	int number = 0, failed = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (const struct rule *rule = parts[i]; rule->name; rule++)
			if (strstr(rule->name, wanted))
				failed += !rule_run(rule, ++number);
	printf("1..%d\n", number);
	return failed || number == 0;
}

int main(int argc, char **argv)
{
	const char *slash;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	shim.runtime = getenv("RUNTIME");
	if (argc < 2 || !shim.runtime || !realpath(argv[1], shim.directory)) {
		fprintf(stderr, "usage: RUNTIME=PROGRAM shim DIRECTORY [PART-OF-A-NAME]\n");
		return 2;
	}
	snprintf(shim.root, sizeof(shim.root), "%.4000s/root", shim.directory);
	shim.base = template_read("base.json");
	shim.process = template_read("process.json");
	slash = strrchr(shim.runtime, '/');
	if (strcmp(slash ? slash + 1 : shim.runtime, "runc") != 0)
		shim.differs = (struct differences){ .missing_command_at_start = true,
						     .dead_callers_undone = true };
	return rules_run(argc > 2 ? argv[2] : "");
}
