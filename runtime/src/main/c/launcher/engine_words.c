/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "argv.h"
#include "report.h"

struct words words_of(struct payload payload)
{
	return (struct words){ .text = text_of(payload, FIELD_TEXT),
			       .function = text_of(payload, FIELD_FUNCTION),
			       .file = text_of(payload, FIELD_FILE) };
}

void words_free(struct words *words)
{
	free(words->text);
	free(words->function);
	free(words->file);
}

/* LEVEL of a record; never "error", by which callers know that the verb has failed. NULL if it is
 * something else. */
static const char *level_take(struct payload payload)
{
	static const char *const levels[] = { "debug", "info", "warning" };
	char level[TEXT_SIZE] = "";

	payload_text(payload, FIELD_LEVEL, level);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(level, levels[i]) == 0)
			return levels[i];
	return NULL;
}

int log_take(const struct message *message)
{
	struct payload payload = message_payload(message);
	const char *level = level_take(payload);
	time_t seconds = (time_t)(payload_u64(payload, FIELD_TIME, 0) / 1000000000);
	struct words words = words_of(payload);
	bool good = payload_valid(TO_LAUNCHER, FRAME_LOG, payload) && level && words.text &&
		    !words.function == !words.file;

	if (good)
		report_record(&(struct report_record){ .level = level,
						       .text = words.text,
						       .time = seconds,
						       .function = words.function,
						       .file = words.file });
	words_free(&words);
	errno = EPROTO;
	return good ? 0 : -1;
}
