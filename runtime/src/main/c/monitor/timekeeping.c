/* SPDX-License-Identifier: Apache-2.0 */
#include "timekeeping.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* A time that does not come: timers know only the years to 2262. */
#define NEVER (1ll << 33)

int timekeeping_open(struct monitor *monitor, struct failure *failure)
{
	struct itimerspec never = { .it_value.tv_sec = NEVER };

	monitor->clock_watch = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (monitor->clock_watch < 0 ||
	    timerfd_settime(monitor->clock_watch, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
			    &never, NULL) < 0)
		return failure_errno(failure, errno, "watch the clock");
	return 0;
}

void timekeeping_woken(struct monitor *monitor)
{
	uint64_t times;

	/* ECANCELED once each time that it was set; the timer stays. */
	while (read(monitor->clock_watch, &times, sizeof(times)) > 0 || errno == ECANCELED)
		monitor->clock_set = true;
}

static bool time_tell(struct monitor *monitor)
{
	uint8_t bytes[32];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct frame frame = { .type = FRAME_TIME };
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	field_put_u64(&writer, FIELD_TIME,
		      (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
	frame.length = (uint32_t)writer.length;
	return queue_append_frame(&monitor->to_guest, &frame, bytes);
}

bool timekeeping_pump(struct monitor *monitor)
{
	struct frame set = { .type = FRAME_CLOCK_SET };
	bool moved = false;

	if (monitor->phase != PHASE_SERVING)
		return false;
	if (monitor->clock_set && queue_append_frame(&monitor->to_guest, &set, "")) {
		monitor->clock_set = false;
		moved = true;
	}
	if (monitor->time_asked && time_tell(monitor)) {
		monitor->time_asked = false;
		moved = true;
	}
	return moved;
}
