/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_SECCOMP_WORDS_H
#define XEN_RUNC_SECCOMP_WORDS_H

#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>

/* config-linux.md's words for libseccomp's numbers. False if there is no such word. */

/* `code` is what the word's action returns to the process or its tracer, if it returns anything. */
bool action_word(const char *word, uint16_t code, uint32_t *action);
bool operator_word(const char *word, enum scmp_compare *operator);
bool architecture_word(const char *word, uint32_t *token);

#endif
