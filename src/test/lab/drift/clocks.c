/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a guest's clocks are from dom0's.
 *
 * `clocks tell`, in a container: answers each line on stdin with CLOCK_REALTIME and CLOCK_BOOTTIME
 * in ns. `clocks ask MINUTES IDLE.in IDLE.out BUSY.in BUSY.out`, in dom0: asks two of them each
 * minute. Of 40 questions the quickest counts; half of its journey is the error.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS 40
#define PAUSE_US 100000

struct container {
	const char *name;
	int in, out;
	double
	    first; /* CLOCK_BOOTTIME's distance at the first look, which is when the guest booted */
	bool seen;
};

struct look {
	double trip, realtime, boottime; /* ms */
};

static double now_ms(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int tell(void)
{
	char line[64];

	while (read(STDIN_FILENO, line, sizeof(line)) > 0) {
		struct timespec real, boot;
		int length;

		clock_gettime(CLOCK_REALTIME, &real);
		clock_gettime(CLOCK_BOOTTIME, &boot);
		length =
		    snprintf(line, sizeof(line), "%lld.%09ld %lld.%09ld\n", (long long)real.tv_sec,
			     real.tv_nsec, (long long)boot.tv_sec, boot.tv_nsec);
		if (write(STDOUT_FILENO, line, (size_t)length) != length)
			return 1;
	}
	return 0;
}

static bool question(const struct container *container, struct look *look)
{
	double real = now_ms(CLOCK_REALTIME), boot = now_ms(CLOCK_BOOTTIME), real_there, boot_there;
	char line[64];
	ssize_t length;

	if (write(container->in, "\n", 1) != 1)
		return false;
	length = read(container->out, line, sizeof(line) - 1);
	look->trip = now_ms(CLOCK_REALTIME) - real;
	if (length <= 0)
		return false;
	line[length] = '\0';
	if (sscanf(line, "%lf %lf", &real_there, &boot_there) != 2)
		return false;
	look->realtime = real_there * 1e3 - real - look->trip / 2;
	look->boottime = boot_there * 1e3 - boot - look->trip / 2;
	return true;
}

static bool look_at(const struct container *container, struct look *best)
{
	best->trip = -1;
	for (int i = 0; i < QUESTIONS; i++) {
		struct look look;

		if (!question(container, &look))
			return false;
		if (best->trip < 0 || look.trip < best->trip)
			*best = look;
		usleep(PAUSE_US);
	}
	return true;
}

static int ask(int minutes, struct container containers[2])
{
	double begin = now_ms(CLOCK_BOOTTIME);

	for (int minute = 0; minute <= minutes; minute++) {
		while (now_ms(CLOCK_BOOTTIME) < begin + minute * 60e3)
			usleep(PAUSE_US);
		for (int i = 0; i < 2; i++) {
			struct container *container = &containers[i];
			struct look look = { 0 };

			if (!look_at(container, &look)) {
				printf("%s: does not answer\n", container->name);
				return 1;
			}
			if (!container->seen)
				container->first = look.boottime;
			container->seen = true;
			printf("%2d min %s: time of day %+.2f ms, time since boot %+.2f ms "
			       "(journey %.2f ms)\n",
			       minute, container->name, look.realtime,
			       look.boottime - container->first, look.trip);
			fflush(stdout);
		}
	}
	return 0;
}

int main(int count, char **words)
{
	struct container containers[] = { { .name = "idle" }, { .name = "busy" } };

	if (count == 2 && strcmp(words[1], "tell") == 0)
		return tell();
	if (count != 7 || strcmp(words[1], "ask") != 0)
		return 2;
	for (int i = 0; i < 2; i++) {
		containers[i].in = open(words[3 + 2 * i], O_WRONLY);
		containers[i].out = open(words[4 + 2 * i], O_RDONLY);
		if (containers[i].in < 0 || containers[i].out < 0) {
			perror("clocks: open the container's streams");
			return 1;
		}
	}
	return ask(atoi(words[2]), containers);
}
