/* SPDX-License-Identifier: Apache-2.0 */
#include "timekeeping.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "log.h"

#define NANOSECONDS 1000000000ll
#define PERIOD_SECONDS 60

/* A time that came without a question is old by what its way took, so a clock that is behind it is
 * surely late; one that is ahead is wrong only if no way takes so long. */
#define BEHIND_MAX (NANOSECONDS / 100)
#define AHEAD_MAX (2 * NANOSECONDS)

/* An answer that was longer on its way says too little: this guest was held. */
#define WAY_MAX NANOSECONDS
/* What dom0's clock does not jump by, ours need not; and further than this it is not slewed: that
 * would take an hour. */
#define STEP_MIN (NANOSECONDS / 100)
#define SLEW_MAX (2 * NANOSECONDS)

static int64_t clock_read(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NANOSECONDS + now.tv_nsec;
}

/* An errno. */
static int clock_step(int64_t ahead)
{
	int64_t right = clock_read(CLOCK_REALTIME) - ahead;
	struct timespec time = { .tv_sec = (time_t)(right / NANOSECONDS),
				 .tv_nsec = (long)(right % NANOSECONDS) };

	log_info("the clock was %lld ms ahead", (long long)ahead / 1000000);
	return clock_settime(CLOCK_REALTIME, &time) < 0 ? errno : 0;
}

/* The kernel goes half a millisecond a second faster or slower until it is made up for; time never
 * runs backwards. An errno. */
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

static bool question_fill(struct agent *agent, struct source *source)
{
	struct timekeeping *timekeeping = container_of(source, struct timekeeping, source);

	if (!timekeeping->to_ask || agent->phase != PHASE_SERVING)
		return false;
	timekeeping->to_ask = false;
	timekeeping->asked = true;
	timekeeping->asked_at = clock_read(CLOCK_MONOTONIC);
	outbox_frame(&agent->outbox, FRAME_TIME_ASKED, 0, 0);
	return true;
}

void timekeeping_ask(struct agent *agent, bool step)
{
	struct timekeeping *timekeeping = &agent->timekeeping;

	timekeeping->to_ask = true;
	timekeeping->step = timekeeping->step || step;
	source_urgent(agent, &timekeeping->source);
}

static void timer_woken(struct agent *agent, struct watch *watch)
{
	uint64_t times;

	while (read(watch->fd, &times, sizeof(times)) > 0)
		timekeeping_ask(agent, false);
}

int timekeeping_begin(struct agent *agent)
{
	static const struct itimerspec period = { { PERIOD_SECONDS, 0 }, { PERIOD_SECONDS, 0 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	agent->timekeeping.source.fill = question_fill;
	if (fd < 0 || timerfd_settime(fd, 0, &period, NULL) < 0)
		return -1;
	return watch_open(agent, &agent->timekeeping.timer, fd, EPOLLIN, timer_woken);
}

void timekeeping_told(struct agent *agent, struct payload payload)
{
	struct timekeeping *timekeeping = &agent->timekeeping;
	int64_t way = clock_read(CLOCK_MONOTONIC) - timekeeping->asked_at, ahead;
	uint64_t time = payload_u64(payload, FIELD_TIME, 0);
	int status;

	/* It was asked again before the answer came, so that another one follows. */
	if (!timekeeping->asked || timekeeping->to_ask || time > INT64_MAX)
		return;
	timekeeping->asked = false;
	if (way > WAY_MAX) {
		if (timekeeping->step)
			timekeeping_ask(agent, true);
		return;
	}
	/* Right to half of the way. */
	ahead = clock_read(CLOCK_REALTIME) - ((int64_t)time + way / 2);
	if (!agent->owns_machine)
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
