/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "flags.h"
#include "help.h"
#include "report.h"
#include "spec.h"
#include "texts.h"

/* What the launcher may know about a verb without parsing its arguments. */
enum verb_kind {
	VERB_PLAIN,
	VERB_ON_CONTAINER, /* its first argument is an existing container */
};

static const struct verb {
	const char *name;
	enum verb_kind kind;
} verbs[] = {
	{ "check", VERB_PLAIN },	 { "checkpoint", VERB_PLAIN },	 { "create", VERB_PLAIN },
	{ "delete", VERB_ON_CONTAINER }, { "events", VERB_PLAIN },	 { "exec", VERB_PLAIN },
	{ "features", VERB_PLAIN },	 { "kill", VERB_ON_CONTAINER },	 { "list", VERB_PLAIN },
	{ "pause", VERB_ON_CONTAINER },	 { "ps", VERB_PLAIN },		 { "restore", VERB_PLAIN },
	{ "resume", VERB_ON_CONTAINER }, { "run", VERB_PLAIN },		 { "spec", VERB_PLAIN },
	{ "start", VERB_ON_CONTAINER },	 { "state", VERB_ON_CONTAINER }, { "update", VERB_PLAIN },
};

static const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

bool container_id_valid(const char *id)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_+.-";

	return *id && id[strspn(id, letters)] == '\0' && strcmp(id, ".") != 0 &&
	       strcmp(id, "..") != 0;
}

/* Drops "//" and "/./" and resolves "/.." by the text alone; `path` is absolute. */
static void path_clean(char *path)
{
	char *out = path;
	const char *in = path;

	while (*in) {
		size_t length;

		in += strspn(in, "/");
		length = strcspn(in, "/");
		if (length == 2 && in[0] == '.' && in[1] == '.') {
			while (out > path && *--out != '/')
				continue;
		} else if (length && !(length == 1 && in[0] == '.')) {
			*out++ = '/';
			memmove(out, in, length);
			out += length;
		}
		in += length;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

int root_resolve(const char *path, char *resolved, size_t size)
{
	char whole[PATH_MAX], existing[PATH_MAX], real[PATH_MAX];
	char *slash;
	int written;

	if (path[0] == '/')
		written = snprintf(whole, sizeof(whole), "%s", path);
	else if (getcwd(existing, sizeof(existing)))
		written = snprintf(whole, sizeof(whole), "%s/%s", existing, path);
	else
		return -1;
	if (written < 0 || (size_t)written >= sizeof(whole)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	path_clean(whole);
	/* The longest part that exists is resolved, the rest will be made below it. */
	memcpy(existing, whole, sizeof(existing));
	while (!realpath(existing, real)) {
		slash = strrchr(existing, '/');
		if (errno != ENOENT || slash == existing) {
			if (errno != ENOENT)
				return -1;
			real[0] = '\0';
			*slash = '\0';
			break;
		}
		*slash = '\0';
	}
	written = snprintf(resolved, size, "%s%s", strcmp(real, "/") == 0 ? "" : real,
			   whole + strlen(existing));
	if (written < 0 || (size_t)written >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (!resolved[0])
		memcpy(resolved, "/", 2);
	return 0;
}

struct unknown_options {
	bool force, all;
};

/* Of all verbs on a container together; which of them a verb takes is its row below. */
static const struct flag unknown_flags[] = {
	{ "force", FLAG_BOOLEAN, offsetof(struct unknown_options, force) },
	{ "f", FLAG_BOOLEAN, offsetof(struct unknown_options, force) },
	{ "all", FLAG_BOOLEAN, offsetof(struct unknown_options, all) },
	{ "a", FLAG_BOOLEAN, offsetof(struct unknown_options, all) },
};

/* The flags of `verb` among those: where they begin, and how many. */
static const struct flag *unknown_flags_of(const char *verb, size_t *count)
{
	bool kills = strcmp(verb, "kill") == 0;

	*count = kills || strcmp(verb, "delete") == 0 ? 2 : 0;
	return unknown_flags + (kills ? 2 : 0);
}

/* Flags may stand behind the arguments too, until a "--": runc's parser reorders them. The number
 * of arguments, -1 with a failure. */
static int unknown_parse(char **words, const struct flag *flags, size_t count,
			 struct unknown_options *options, const char **id, struct failure *failure)
{
	bool over = false;
	int arguments = 0;

	for (;;) {
		char **before = words;

		if (!over && flags_parse(flags, count, &words, options, failure))
			return -1;
		over = over || (words > before && strcmp(words[-1], "--") == 0);
		if (!*words)
			return arguments;
		if (arguments++ == 0)
			*id = *words;
		words++;
	}
}

/* Answers for a container without a state directory. */
static enum answer answer_unknown(const struct options *options, const char *root,
				  struct failure *failure)
{
	const char *verb = options->verb[0], *id = "";
	struct unknown_options given = { .force = false };
	char path[PATH_MAX];
	struct stat status;
	size_t count;
	const struct flag *flags = unknown_flags_of(verb, &count);
	int arguments = unknown_parse(options->verb + 1, flags, count, &given, &id, failure);

	if (arguments < 0)
		return ANSWER_FAILED;
	if (arguments == 0 || arguments > (strcmp(verb, "kill") == 0 ? 2 : 1))
		return ANSWER_ENGINE;
	if (!container_id_valid(id)) {
		failure_set(failure, EINVAL, "invalid container ID format");
		return ANSWER_FAILED;
	}
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", root, id) >= sizeof(path) ||
	    stat(path, &status) == 0 || errno != ENOENT)
		return ANSWER_ENGINE;
	if (given.force)
		return ANSWER_DONE;
	failure_set(failure, ENOENT, "container does not exist");
	return ANSWER_FAILED;
}

static enum answer answer_text(const char *text, size_t length, struct failure *failure)
{
	if (output_write(STDOUT_FILENO, text, length) == 0)
		return ANSWER_DONE;
	failure_errno(failure, errno, "write to stdout");
	return ANSWER_FAILED;
}

/* The program's help, or that of one verb. */
static enum answer answer_help(const char *name, struct failure *failure)
{
	static char text[8192];

	if (name && !verb_find(name)) {
		failure_set(failure, EINVAL, "No help topic for '%s'", name);
		return ANSWER_NO_VERB;
	}
	help_format(name, text, sizeof(text));
	return answer_text(text, strlen(text), failure);
}

enum answer answer_locally(const struct options *options, const char *root, struct failure *failure)
{
	const char *name = options->verb[0];
	const struct verb *verb;

	if (options->version)
		return answer_text(text_version, strlen(text_version), failure);
	if (options->help || !name || strcmp(name, "help") == 0 || strcmp(name, "h") == 0)
		return answer_help(name && !options->help ? options->verb[1] : NULL, failure);
	verb = verb_find(name);
	if (!verb) {
		failure_set(failure, EINVAL, "No help topic for '%s'", name);
		return ANSWER_NO_VERB;
	}
	if (help_is_asked(options->verb + 1))
		return answer_help(name, failure);
	if (strcmp(name, "features") == 0 && !options->verb[1])
		return answer_text(text_features, (size_t)(text_features_end - text_features),
				   failure);
	if (strcmp(name, "spec") == 0)
		return spec_write(options->verb + 1, failure) ? ANSWER_FAILED : ANSWER_DONE;
	if (geteuid() != 0) {
		failure_set(failure, EPERM,
			    "xen-runc must be run as root: only root may ask Xen "
			    "for domains");
		return ANSWER_FAILED;
	}
	if (strcmp(name, "check") == 0)
		return check_execute(options->verb + 1, failure) ? ANSWER_FAILED : ANSWER_DONE;
	if (verb->kind == VERB_ON_CONTAINER)
		return answer_unknown(options, root, failure);
	return ANSWER_ENGINE;
}
