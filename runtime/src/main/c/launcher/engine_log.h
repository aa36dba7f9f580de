/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_ENGINE_LOG_H
#define XEN_RUNC_LAUNCHER_ENGINE_LOG_H

#include <sys/types.h>

/* How long the engine's log is now. */
off_t engine_log_length(void);

/* Puts "; LOG says: " and the cause that was written behind `since` last, in one line; nothing if
 * nothing was. */
void engine_log_cause(off_t since, char *words, size_t size);

#endif
