/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_words.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

char *text_copy(const struct field *field)
{
	char *text = malloc((size_t)field->length + 1);

	if (text && !field_text(field, text, (size_t)field->length + 1)) {
		free(text);
		return NULL;
	}
	return text;
}

bool words_take(struct words *words, const struct field *field)
{
	char **text;

	if (field->tag == FIELD_TEXT)
		text = &words->text;
	else if (field->tag == FIELD_FUNCTION)
		text = &words->function;
	else if (field->tag == FIELD_FILE)
		text = &words->file;
	else
		return false;
	if (!*text)
		*text = text_copy(field);
	return *text;
}

void words_free(struct words *words)
{
	free(words->text);
	free(words->function);
	free(words->file);
}

/* LEVEL of a record; never "error", by which callers know that the verb has failed. NULL if it is
 * none. */
static const char *level_take(const struct field *field)
{
	static const char *const levels[] = { "debug", "info", "warning" };

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (field->length == strlen(levels[i]) &&
		    memcmp(field->bytes, levels[i], field->length) == 0)
			return levels[i];
	return NULL;
}

int log_take(const struct message *message)
{
	struct field_reader reader = field_reader(message->bytes, message->length);
	struct words words = { .text = NULL };
	const char *level = NULL;
	uint64_t nanoseconds = 0;
	struct field field;
	bool good = true;

	while (good && field_next(&reader, &field)) {
		if (field.tag == FIELD_LEVEL)
			good = (level = level_take(&field));
		else if (field.tag == FIELD_TIME)
			good = field_u64(&field, &nanoseconds);
		else
			good = words_take(&words, &field);
	}
	good = good && !reader.bad && level && words.text && !words.function == !words.file;
	if (good)
		report_record(&(struct report_record){ .level = level,
						       .text = words.text,
						       .time = (time_t)(nanoseconds / 1000000000),
						       .function = words.function,
						       .file = words.file });
	words_free(&words);
	errno = EPROTO;
	return good ? 0 : -1;
}
