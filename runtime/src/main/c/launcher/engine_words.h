/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_ENGINE_WORDS_H
#define XEN_RUNC_LAUNCHER_ENGINE_WORDS_H

#include "message.h"

/* What the engine says for the log, on the heap: TEXT, and the place where it says it. */
struct words {
	char *text, *function, *file;
};

struct words words_of(struct payload payload);
void words_free(struct words *words);

/* LOG: writes the record to the caller's log. -1 with errno if it is malformed. */
int log_take(const struct message *message);

#endif
