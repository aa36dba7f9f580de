# SPDX-License-Identifier: Apache-2.0
# Flags of every C program here, host and guest. Included by the Makefiles below initramfs/ and runtime/.
# All programs are static against musl: one build runs on Debian 12 and 13, and a process stays small.

CC := musl-gcc
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wformat=2 -Wundef -Werror
# musl-gcc leaves out the kernel's headers; they come after musl's own.
KERNEL_HEADERS := -idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu
CFLAGS := -std=gnu11 -O2 -g0 -fstack-protector-strong -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables $(WARNINGS) $(KERNEL_HEADERS)
LDFLAGS := -static -Wl,--gc-sections -s
# The same sources for the C tests: glibc, sanitizers.
TEST_CC := gcc
TEST_CFLAGS := -std=gnu11 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all $(WARNINGS)
FUZZ_CC := clang
FUZZ_CFLAGS := -std=gnu11 -O1 -g -fsanitize=fuzzer,address,undefined
