/* SPDX-License-Identifier: Apache-2.0 */
#include "timekeeping.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "container_of.h"
#include "log.h"
#include "loop.h"

#define NANOSECONDS 1000000000ll
#define PERIOD_SECONDS 60

/* REFRESH brings a time that nobody asked for, and that is as old as it was long on its way. A
 * clock behind it is surely late. A clock ahead of it is wrong only if no way takes so long. */
#define BEHIND_MAX (NANOSECONDS / 100)
#define AHEAD_MAX (2 * NANOSECONDS)

/* An answer that took longer says too little: the guest was held. */
#define WAY_MAX NANOSECONDS
/* A difference below STEP_MIN is no jump of dom0's clock. One above SLEW_MAX is not slewed: that
 * would take an hour. */
#define STEP_MIN (NANOSECONDS / 100)
#define SLEW_MAX (2 * NANOSECONDS)

static int64_t clock_read(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NANOSECONDS + now.tv_nsec;
}

/* Sets the clock back by `ahead` nanoseconds. An errno. */
static int clock_step(int64_t ahead)
{
	int64_t right = clock_read(CLOCK_REALTIME) - ahead;
	struct timespec time = { .tv_sec = (time_t)(right / NANOSECONDS),
				 .tv_nsec = (long)(right % NANOSECONDS) };

	log_info("the clock was %lld ms ahead", (long long)ahead / 1000000);
	return clock_settime(CLOCK_REALTIME, &time) < 0 ? errno : 0;
}

/* Lets the kernel make up for `ahead` by half a millisecond a second: time never runs backwards. An
 * errno. */
static int clock_slew(int64_t ahead)
{
	struct timex slew = { .modes = ADJ_OFFSET_SINGLESHOT, .offset = (long)(-ahead / 1000) };

	return adjtimex(&slew) < 0 ? errno : 0;
}

int timekeeping_correct(uint64_t time)
{
	int64_t ahead;

	if (time > INT64_MAX)
		return EINVAL;
	ahead = clock_read(CLOCK_REALTIME) - (int64_t)time;
	return ahead >= -BEHIND_MAX && ahead <= AHEAD_MAX ? 0 : clock_step(ahead);
}

static bool question_fill(struct loop *loop, struct sender *sender)
{
	struct timekeeping *timekeeping = container_of(sender, struct timekeeping, sender);

	if (!timekeeping->to_ask || loop->phase != PHASE_SERVING)
		return false;
	timekeeping->to_ask = false;
	timekeeping->asked = true;
	timekeeping->asked_at = clock_read(CLOCK_MONOTONIC);
	outbox_frame(&loop->outbox, FRAME_TIME_ASKED, 0, 0);
	return true;
}

void timekeeping_ask(struct loop *loop, struct timekeeping *timekeeping, bool step)
{
	timekeeping->to_ask = true;
	timekeeping->step = timekeeping->step || step;
	sender_urgent(&loop->outbox, &timekeeping->sender);
}

static void timer_woken(struct loop *loop, struct watch *watch)
{
	uint64_t times;

	while (read(watch->fd, &times, sizeof(times)) > 0)
		timekeeping_ask(loop, container_of(watch, struct timekeeping, timer), false);
}

int timekeeping_begin(struct loop *loop, struct timekeeping *timekeeping)
{
	static const struct itimerspec period = { { PERIOD_SECONDS, 0 }, { PERIOD_SECONDS, 0 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	timekeeping->sender.fill = question_fill;
	if (fd < 0 || timerfd_settime(fd, 0, &period, NULL) < 0)
		return -1;
	return watch_open(loop->epoll_fd, &timekeeping->timer, fd, EPOLLIN, timer_woken);
}

void timekeeping_told(struct loop *loop, struct timekeeping *timekeeping, struct payload payload)
{
	int64_t way = clock_read(CLOCK_MONOTONIC) - timekeeping->asked_at, ahead;
	uint64_t time = payload_u64(payload, FIELD_TIME, 0);
	int status;

	/* The agent has asked again, so another answer follows. */
	if (!timekeeping->asked || timekeeping->to_ask || time > INT64_MAX)
		return;
	timekeeping->asked = false;
	if (way > WAY_MAX) {
		if (timekeeping->step)
			timekeeping_ask(loop, timekeeping, true);
		return;
	}
	/* Off by at most half of the way. */
	ahead = clock_read(CLOCK_REALTIME) - ((int64_t)time + way / 2);
	if (!loop->owns_machine)
		return;
	if (llabs(ahead) > SLEW_MAX || (timekeeping->step && llabs(ahead) > STEP_MIN))
		status = clock_step(ahead);
	else
		status = llabs(ahead) > way / 2 ? clock_slew(ahead) : 0;
	timekeeping->step = false;
	if (status) {
		errno = status;
		log_error("set the clock: %m");
	}
}
