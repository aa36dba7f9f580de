/* SPDX-License-Identifier: Apache-2.0 */
#include "bpf.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

struct bpf_insn bpf_instruction(uint8_t code, uint8_t destination, uint8_t source, int16_t offset,
				uint32_t immediate)
{
	return (struct bpf_insn){
		.code = code,
		.dst_reg = destination & 0xfu,
		.src_reg = source & 0xfu,
		.off = offset,
		.imm = (int32_t)immediate,
	};
}

static long bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

int bpf_attach(enum bpf_prog_type type, enum bpf_attach_type where,
	       const struct bpf_insn *instructions, size_t count, int cgroup_fd)
{
	union bpf_attr load = {
		.prog_type = type,
		.expected_attach_type = where,
		.insns = (uintptr_t)instructions,
		.insn_cnt = (uint32_t)count,
		.license = (uintptr_t) "Apache-2.0",
	};
	union bpf_attr attach = { .target_fd = (uint32_t)cgroup_fd,
				  .attach_type = where,
				  .attach_flags = BPF_F_ALLOW_MULTI };
	int fd = (int)bpf(BPF_PROG_LOAD, &load), reason;

	if (fd < 0)
		return -1;
	attach.attach_bpf_fd = (uint32_t)fd;
	if (bpf(BPF_PROG_ATTACH, &attach) == 0)
		return fd;
	reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

void bpf_detach(enum bpf_attach_type where, int program_fd, int cgroup_fd)
{
	union bpf_attr attach = { .target_fd = (uint32_t)cgroup_fd,
				  .attach_bpf_fd = (uint32_t)program_fd,
				  .attach_type = where };

	bpf(BPF_PROG_DETACH, &attach);
	close(program_fd);
}
