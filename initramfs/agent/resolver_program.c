/* SPDX-License-Identifier: Apache-2.0 */
#include "resolver_program.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>

#include "bpf.h"
#include "protocol.h"

/* Registers; the kernel says what the first two are for. */
enum { RESULT, ARGUMENT, VALUE, CONTEXT = 6 };

#define PROGRAM_MAX 24

struct program {
	struct bpf_insn instructions[PROGRAM_MAX];
	size_t length;
};

/* An address is seen on its way out, when a process names its peer, or on its way back, when it is
 * told of one. A socket of IPv6 may speak IPv4, too. */
static const struct hook {
	enum bpf_attach_type where;
	bool back, six;
} hooks[RESOLVER_HOOKS] = {
	{ BPF_CGROUP_INET4_CONNECT, false, false },    { BPF_CGROUP_INET6_CONNECT, false, true },
	{ BPF_CGROUP_UDP4_SENDMSG, false, false },     { BPF_CGROUP_UDP6_SENDMSG, false, true },
	{ BPF_CGROUP_UDP4_RECVMSG, true, false },      { BPF_CGROUP_UDP6_RECVMSG, true, true },
	{ BPF_CGROUP_INET4_GETPEERNAME, true, false }, { BPF_CGROUP_INET6_GETPEERNAME, true, true },
};

static void add(struct program *program, uint8_t code, uint8_t destination, uint8_t source,
		size_t offset, uint32_t immediate)
{
	program->instructions[program->length++] =
	    bpf_instruction(code, destination, source, (int16_t)offset, immediate);
}

/* Goes on only if a word of the address is `value`. */
static void add_expect(struct program *program, size_t offset, uint32_t value)
{
	add(program, BPF_LDX | BPF_MEM | BPF_W, VALUE, CONTEXT, offset, 0);
	add(program, BPF_JMP32 | BPF_JNE | BPF_K, VALUE, 0, 0, value);
}

static void add_expect_namespace(struct program *program, uint64_t cookie)
{
	add(program, BPF_ALU64 | BPF_MOV | BPF_X, CONTEXT, ARGUMENT, 0, 0);
	add(program, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_netns_cookie);
	add(program, BPF_LD | BPF_IMM | BPF_DW, VALUE, 0, 0, (uint32_t)cookie);
	add(program, 0, 0, 0, 0, (uint32_t)(cookie >> 32));
	add(program, BPF_JMP | BPF_JNE | BPF_X, RESULT, VALUE, 0, 0);
}

/* ::ffff:127.0.0.11 is how IPv6 names the address. */
static void add_expect_address(struct program *program, bool six)
{
	if (!six) {
		add_expect(program, offsetof(struct bpf_sock_addr, user_ip4),
			   htonl(RESOLVER_ADDRESS));
		return;
	}
	add_expect(program, offsetof(struct bpf_sock_addr, user_ip6[0]), 0);
	add_expect(program, offsetof(struct bpf_sock_addr, user_ip6[1]), 0);
	add_expect(program, offsetof(struct bpf_sock_addr, user_ip6[2]), htonl(0xffff));
	add_expect(program, offsetof(struct bpf_sock_addr, user_ip6[3]), htonl(RESOLVER_ADDRESS));
}

static void program_write(struct program *program, const struct hook *hook, uint64_t cookie,
			  uint16_t port)
{
	size_t place = offsetof(struct bpf_sock_addr, user_port), end;

	program->length = 0;
	add_expect_namespace(program, cookie);
	add_expect_address(program, hook->six);
	add_expect(program, place, htons(hook->back ? port : RESOLVER_PORT));
	add(program, BPF_ALU | BPF_MOV | BPF_K, VALUE, 0, 0,
	    htons(hook->back ? RESOLVER_PORT : port));
	add(program, BPF_STX | BPF_MEM | BPF_W, CONTEXT, VALUE, place, 0);
	end = program->length;
	add(program, BPF_ALU64 | BPF_MOV | BPF_K, RESULT, 0, 0, 1);
	add(program, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	/* What is not expected goes on as it is. */
	for (size_t i = 0; i < end; i++) {
		struct bpf_insn *jump = &program->instructions[i];

		if (jump->code == (BPF_JMP32 | BPF_JNE | BPF_K) ||
		    jump->code == (BPF_JMP | BPF_JNE | BPF_X))
			jump->off = (int16_t)(end - i - 1);
	}
}

int resolver_program_attach(struct resolver_program *program, int cgroup_fd, uint64_t cookie,
			    uint16_t port)
{
	struct program written;
	int reason;

	for (program->count = 0; program->count < RESOLVER_HOOKS; program->count++) {
		const struct hook *hook = &hooks[program->count];
		int fd;

		program_write(&written, hook, cookie, port);
		fd = bpf_attach(BPF_PROG_TYPE_CGROUP_SOCK_ADDR, hook->where, written.instructions,
				written.length, cgroup_fd);
		if (fd < 0) {
			reason = errno;
			resolver_program_detach(program, cgroup_fd);
			return reason;
		}
		program->fds[program->count] = fd;
	}
	return 0;
}

void resolver_program_detach(struct resolver_program *program, int cgroup_fd)
{
	while (program->count > 0) {
		program->count--;
		bpf_detach(hooks[program->count].where, program->fds[program->count], cgroup_fd);
	}
}
