/* SPDX-License-Identifier: Apache-2.0 */
#include "argv.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static char *text_copy(const struct field *field)
{
	char *text = malloc((size_t)field->length + 1);

	if (text)
		field_text(field, text, (size_t)field->length + 1);
	return text;
}

static size_t texts_count(struct payload payload, uint16_t tag)
{
	struct field_reader reader = payload_reader(payload);
	struct field field;
	size_t count = 0;

	while (payload_next(&reader, tag, &field))
		count++;
	return count;
}

char **argv_of(struct payload payload, uint16_t tag, const char *first)
{
	struct field_reader reader = payload_reader(payload);
	size_t count = texts_count(payload, tag) + (first != NULL), next = 0;
	char **words = calloc(count + 1, sizeof(*words));
	bool whole = words;
	struct field field;

	if (whole && first) {
		words[next] = strdup(first);
		whole = words[next++];
	}
	while (whole && next < count && payload_next(&reader, tag, &field)) {
		words[next] = text_copy(&field);
		whole = words[next++];
	}
	if (whole)
		return words;
	argv_free(words);
	errno = ENOMEM;
	return NULL;
}

char *text_of(struct payload payload, uint16_t tag)
{
	struct field field;

	return payload_find(payload, tag, &field) ? text_copy(&field) : NULL;
}

void argv_free(char **words)
{
	for (char **word = words; word && *word; word++)
		free(*word);
	free(words);
}
