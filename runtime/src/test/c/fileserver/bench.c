/* SPDX-License-Identifier: Apache-2.0 */
/* bench HOST GUEST: what the way through FUSE, frames and the server costs, beside the host's own.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"
#include "tree.h"

#define ROUNDS 2000u
#define BLOCK (1u << 20)
#define BLOCKS 128u

static const char *top;
static char block[BLOCK] __attribute__((aligned(4096)));

static const char *at(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return path;
}

static double stat_one(void)
{
	struct statx status;
	double begin = seconds_now();

	for (unsigned int i = 0; i < ROUNDS; i++)
		CHECK(!statx(AT_FDCWD, top, AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &status));
	return (seconds_now() - begin) / ROUNDS * 1e6;
}

static double open_close(void)
{
	double begin = seconds_now();

	for (unsigned int i = 0; i < ROUNDS; i++)
		CHECK(!close(open(at("file"), O_CREAT | O_RDWR, 0644)));
	return (seconds_now() - begin) / ROUNDS * 1e6;
}

static double create_unlink(void)
{
	double begin = seconds_now();

	for (unsigned int i = 0; i < ROUNDS; i++)
		CHECK(!close(open(at("new"), O_CREAT | O_EXCL | O_RDWR, 0644)) &&
		      !unlink(at("new")));
	return (seconds_now() - begin) / ROUNDS * 1e6;
}

static double small(int flags, ssize_t (*move)(int, off_t))
{
	int fd = open(at("file"), O_RDWR | flags);
	double begin;

	CHECK(fd >= 0 && write(fd, block, BLOCK) == BLOCK);
	begin = seconds_now();
	for (unsigned int i = 0; i < ROUNDS; i++)
		CHECK(move(fd, (off_t)(i % 64) * 4096) == 4096);
	CHECK(!close(fd));
	return (seconds_now() - begin) / ROUNDS * 1e6;
}

static ssize_t move_in(int fd, off_t offset)
{
	return pwrite(fd, block, 4096, offset);
}

static ssize_t move_out(int fd, off_t offset)
{
	return pread(fd, block, 4096, offset);
}

static double write_4k(void)
{
	return small(0, move_in);
}

static double read_4k_uncached(void)
{
	return small(O_DIRECT, move_out);
}

static double write_large(void)
{
	int fd = open(at("large"), O_CREAT | O_TRUNC | O_WRONLY, 0644);
	double begin = seconds_now();

	for (unsigned int i = 0; i < BLOCKS; i++)
		CHECK(write(fd, block, BLOCK) == BLOCK);
	CHECK(!close(fd));
	return BLOCKS / (seconds_now() - begin);
}

static double read_large(void)
{
	int fd;
	double begin;

	/* Changes the file's time, which drops what the guest has cached of it. */
	CHECK(!chmod(at("large"), 0600));
	fd = open(at("large"), O_RDONLY);
	begin = seconds_now();
	for (unsigned int i = 0; i < BLOCKS; i++)
		CHECK(read(fd, block, BLOCK) == BLOCK);
	CHECK(!close(fd));
	return BLOCKS / (seconds_now() - begin);
}

static double list_usr(void)
{
	char command[4200];
	double begin;

	snprintf(command, sizeof(command), "ls -lR '%s' >/dev/null", at("usr"));
	begin = seconds_now();
	CHECK(!system(command));
	return (seconds_now() - begin) * 1000;
}

static const struct measure {
	const char *name, *unit;
	double (*run)(void);
} measures[] = {
	{ "stat", "us", stat_one },
	{ "open and close", "us", open_close },
	{ "create and unlink", "us", create_unlink },
	{ "write 4 KiB", "us", write_4k },
	{ "read 4 KiB, O_DIRECT", "us", read_4k_uncached },
	{ "write 128 MiB", "MiB/s", write_large },
	{ "read 128 MiB", "MiB/s", read_large },
	{ "ls -lR, 10000 files", "ms", list_usr },
	{ NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	char command[4200];

	if (argc < 3 || setjmp(suite_failed))
		return 1;
	snprintf(
	    command, sizeof(command),
	    "mkdir '%s/usr' && cd '%s/usr' && for d in $(seq 100); do mkdir $d; (cd $d && touch "
	    "$(seq 100)); done",
	    argv[1], argv[1]);
	CHECK(!system(command));
	printf("%-24s %10s %10s\n", "", "host", "guest");
	for (const struct measure *measure = measures; measure->name; measure++) {
		double host_value, guest_value;

		top = argv[1];
		host_value = measure->run();
		top = argv[2];
		guest_value = measure->run();
		printf("%-24s %10.1f %10.1f %s\n", measure->name, host_value, guest_value,
		       measure->unit);
	}
	return 0;
}
