/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum flag_kind { FLAG_BOOLEAN, FLAG_TEXT, FLAG_THREE_WAY };

static const struct global_flag {
	const char *name;
	enum flag_kind kind;
	size_t offset; /* of a bool or a const char * in struct options */
} global_flags[] = {
	{ "debug", FLAG_BOOLEAN, offsetof(struct options, debug) },
	{ "help", FLAG_BOOLEAN, offsetof(struct options, help) },
	{ "h", FLAG_BOOLEAN, offsetof(struct options, help) },
	{ "log", FLAG_TEXT, offsetof(struct options, log) },
	{ "log-format", FLAG_TEXT, offsetof(struct options, log_format) },
	{ "root", FLAG_TEXT, offsetof(struct options, root) },
	/* Every call is root's here, so the value changes nothing; a wrong one is still an error.
	 */
	{ "rootless", FLAG_THREE_WAY, 0 },
	{ "systemd-cgroup", FLAG_BOOLEAN, offsetof(struct options, systemd_cgroup) },
	{ "version", FLAG_BOOLEAN, offsetof(struct options, version) },
	{ "v", FLAG_BOOLEAN, offsetof(struct options, version) },
};

/* A word cut into a flag's name and, if it holds "=", its value. */
struct flag_word {
	const char *name;
	size_t length;
	const char *value;
};

static const struct global_flag *flag_find(const struct flag_word *word)
{
	for (size_t i = 0; i < sizeof(global_flags) / sizeof(global_flags[0]); i++)
		if (strlen(global_flags[i].name) == word->length &&
		    memcmp(global_flags[i].name, word->name, word->length) == 0)
			return &global_flags[i];
	return NULL;
}

/* The words that Go's strconv.ParseBool takes. */
static bool boolean_parse(const char *text, bool *value)
{
	static const char *const yes[] = { "1", "t", "T", "true", "TRUE", "True" };
	static const char *const no[] = { "0", "f", "F", "false", "FALSE", "False" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
			*value = strcmp(text, yes[i]) == 0;
			return true;
		}
	}
	return false;
}

/* 1 = a flag, 0 = the options are over (a "--" is taken), -1 = bad syntax. */
static int word_cut(char ***words, struct flag_word *word)
{
	const char *text = **words;

	if (!text || text[0] != '-' || text[1] == '\0')
		return 0;
	word->name = text + (text[1] == '-' ? 2 : 1);
	if (word->name[0] == '\0') {
		(*words)++;
		return 0;
	}
	if (word->name[0] == '-' || word->name[0] == '=')
		return -1;
	word->length = strcspn(word->name, "=");
	word->value = word->name[word->length] ? word->name + word->length + 1 : NULL;
	return 1;
}

static int value_set(const struct global_flag *flag, const char *value, struct options *options,
		     struct failure *failure)
{
	char *member = (char *)options + flag->offset;
	bool ignored;

	switch (flag->kind) {
	case FLAG_BOOLEAN:
		if (!boolean_parse(value, (bool *)member))
			return failure_set(failure, EINVAL,
					   "invalid boolean value \"%s\" for -%s: parse error",
					   value, flag->name);
		break;
	case FLAG_TEXT:
		*(const char **)member = value;
		break;
	case FLAG_THREE_WAY:
		if (*value && strcmp(value, "auto") != 0 && !boolean_parse(value, &ignored))
			return failure_set(failure, EINVAL, "invalid value \"%s\" for -%s", value,
					   flag->name);
		break;
	}
	return 0;
}

int options_parse(char **words, struct options *options, struct failure *failure)
{
	struct flag_word word;
	int kind;

	while ((kind = word_cut(&words, &word)) != 0) {
		const struct global_flag *flag;

		if (kind < 0)
			return failure_set(failure, EINVAL, "bad flag syntax: %s", *words);
		flag = flag_find(&word);
		if (!flag)
			return failure_set(failure, EINVAL, "flag provided but not defined: -%.*s",
					   (int)word.length, word.name);
		words++;
		if (!word.value && flag->kind == FLAG_BOOLEAN)
			word.value = "true";
		else if (!word.value && *words)
			word.value = *words++;
		if (!word.value)
			return failure_set(failure, EINVAL, "flag needs an argument: -%s",
					   flag->name);
		if (value_set(flag, word.value, options, failure))
			return -1;
	}
	options->verb = words;
	return 0;
}

int flag_next(char ***words, const char **name, bool *value)
{
	struct flag_word word;
	int kind = word_cut(words, &word);

	if (kind <= 0)
		return kind;
	*name = word.name;
	*value = true;
	(*words)++;
	/* With a value the name is not ended where it ends: left to the engine, which has the
	 * words. */
	return word.value ? -1 : 1;
}
