/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_ENGINE_WORDS_H
#define XEN_RUNC_LAUNCHER_ENGINE_WORDS_H

#include <stdbool.h>

#include "field.h"
#include "message.h"

/* A text of any length that a message can have, as a string on the heap; NULL if it is malformed.
 */
char *text_copy(const struct field *field);

/* What the engine says for the log, on the heap: TEXT, and the place where it says it. */
struct words {
	char *text, *function, *file;
};

/* Takes a field of these. False if it is none, or malformed. */
bool words_take(struct words *words, const struct field *field);
void words_free(struct words *words);

/* LOG: writes the record to the caller's log. -1 with errno if it is malformed. */
int log_take(const struct message *message);

#endif
