/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Writes one JSON document to standard output. A key is NULL inside an array. */

void json_open(const char *key, char bracket);
void json_close(char bracket);
void json_text(const char *key, const char *text);
void json_number(const char *key, long long number);
void json_boolean(const char *key, int value);
/* "ok", or the name of the error in errno. */
void json_outcome(const char *key, int failed);
