/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_SECCOMP_ENOSYS_H
#define XEN_RUNC_SECCOMP_ENOSYS_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * System calls newer than the profile: libc tries them, and falls back to older ones if they fail
 * with ENOSYS, but not if the profile's default action makes them fail with EPERM. So what lies
 * beyond the newest system call that the profile names gets ENOSYS, as runc's patchbpf has it.
 */
#define NEWEST_MAX 24
#define ENOSYS_STUB_MAX (NEWEST_MAX * 7)

/* The highest number that the profile names for each architecture. */
struct newest {
	uint32_t token[NEWEST_MAX];
	uint32_t number[NEWEST_MAX]; /* 0 = none, which judges nothing */
	size_t count;
};

/* A token that is there already stays once. */
void newest_architecture(struct newest *newest, uint32_t token);
/* The profile names this system call. */
void newest_name(struct newest *newest, const char *name);
/* Writes the instructions that come before the filter; how many they are. */
size_t enosys_stub(const struct newest *newest, struct sock_filter stub[ENOSYS_STUB_MAX]);

#endif
