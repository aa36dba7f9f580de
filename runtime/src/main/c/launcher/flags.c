/* SPDX-License-Identifier: Apache-2.0 */
#include "flags.h"

#include <errno.h>
#include <string.h>

/* A word cut into a flag's name and, if it holds "=", its value. */
struct flag_word {
	const char *name;
	size_t length;
	const char *value;
};

static const struct flag *flag_find(const struct flag *flags, size_t count,
				    const struct flag_word *word)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(flags[i].name) == word->length &&
		    memcmp(flags[i].name, word->name, word->length) == 0)
			return &flags[i];
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

static int value_set(const struct flag *flag, const char *value, void *values,
		     struct failure *failure)
{
	char *member = (char *)values + flag->offset;
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

int flags_parse(const struct flag *flags, size_t count, char ***words, void *values,
		struct failure *failure)
{
	struct flag_word word;
	int kind;

	while ((kind = word_cut(words, &word)) != 0) {
		const struct flag *flag;

		if (kind < 0)
			return failure_set(failure, EINVAL, "bad flag syntax: %s", **words);
		flag = flag_find(flags, count, &word);
		if (!flag)
			return failure_set(failure, EINVAL, "flag provided but not defined: -%.*s",
					   (int)word.length, word.name);
		(*words)++;
		if (!word.value && flag->kind == FLAG_BOOLEAN)
			word.value = "true";
		else if (!word.value && **words)
			word.value = *(*words)++;
		if (!word.value)
			return failure_set(failure, EINVAL, "flag needs an argument: -%s",
					   flag->name);
		if (value_set(flag, word.value, values, failure))
			return -1;
	}
	return 0;
}
