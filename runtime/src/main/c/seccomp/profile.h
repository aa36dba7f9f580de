/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_SECCOMP_PROFILE_H
#define XEN_RUNC_SECCOMP_PROFILE_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

/* The kernel takes no longer programs (BPF_MAXINSNS). */
#define PROGRAM_MAX 4096

/*
 * Compiles the fields of COMPILE_SECCOMP (docs/protocol.md) into `program`, as runc would for the
 * same profile. The number of instructions, or -1 with `failure` in runc's words.
 */
int profile_compile(const uint8_t *fields, size_t length, struct sock_filter program[PROGRAM_MAX],
		    struct failure *failure);

#endif
