/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_BPF_H
#define XEN_RUNC_AGENT_BPF_H

#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

/* Programs of a cgroup, which the kernel runs for what the processes in it and below do. */

struct bpf_insn bpf_instruction(uint8_t code, uint8_t destination, uint8_t source, int16_t offset,
				uint32_t immediate);
/* Attaches a program of `type` with BPF_F_ALLOW_MULTI, as runc does: a cgroup below may add
 * programs of its own, and what one refuses is refused. Its descriptor, which is the caller's, or
 * -1 with errno. */
int bpf_attach(enum bpf_prog_type type, enum bpf_attach_type where,
	       const struct bpf_insn *instructions, size_t count, int cgroup_fd);
/* Takes it away, and closes it. */
void bpf_detach(enum bpf_attach_type where, int program_fd, int cgroup_fd);

#endif
