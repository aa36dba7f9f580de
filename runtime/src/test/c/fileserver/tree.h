/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_TEST_TREE_H
#define XEN_RUNC_TEST_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* The same tree twice: on the host, and as the guest has it mounted. */
extern const char *tree_host, *tree_guest;

/* A path below either; valid until the eighth call from here. */
const char *host(const char *name);
const char *guest(const char *name);

/* Makes or replaces a file that holds `text`. */
void file_make(const char *path, const char *text);
/* Whether the file holds exactly `text`. */
bool file_holds(const char *path, const char *text);
struct stat file_stat(const char *path);
bool file_exists(const char *path);

double seconds_now(void);

/* Runs `act` in a child with these ids and no other groups; whether it returned true. */
bool as_user(uid_t uid, gid_t gid, bool (*act)(void));

#endif
