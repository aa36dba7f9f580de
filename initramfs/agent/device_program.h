/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_DEVICE_PROGRAM_H
#define XEN_RUNC_AGENT_DEVICE_PROGRAM_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A program of a cgroup that judges what may be done with devices, rule by rule. */
#define DEVICE_ANY UINT32_MAX
#define DEVICE_ALL_ACCESS (BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE)
#define DEVICE_RULES_MAX 256
#define DEVICE_RULE_INSTRUCTIONS 8
#define DEVICE_PROGRAM_MAX (9 + DEVICE_RULES_MAX * DEVICE_RULE_INSTRUCTIONS + 2)

struct device_rule {
	uint32_t type; /* BPF_DEVCG_DEV_* */
	uint32_t major, minor;
	uint32_t access; /* BPF_DEVCG_ACC_* */
};

struct device_program {
	struct bpf_insn instructions[DEVICE_PROGRAM_MAX];
	size_t length, rules;
};

void device_program_begin(struct device_program *program);
/* Adds a rule: allows an access that the rule covers in full, or refuses one that it covers in
 * part. False if there are too many rules. */
bool device_program_allow(struct device_program *program, const struct device_rule *rule);
bool device_program_refuse(struct device_program *program, const struct device_rule *rule);
/* Ends the program: `allowed` is the verdict on what no rule has judged. */
void device_program_end(struct device_program *program, bool allowed);
/* Attaches it: an access needs the consent of all programs. 0, or an errno. */
int device_program_attach(const struct device_program *program, int cgroup_fd);

#endif
