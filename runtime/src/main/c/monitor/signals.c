/* SPDX-License-Identifier: Apache-2.0 */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

int signals_open(struct monitor *monitor, struct failure *failure)
{
	/* The kernel's own calls: libc hides the real-time signals that it uses itself. */
	uint64_t all = ~0ull;

	if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all)))
		return failure_errno(failure, errno, "block signals");
	monitor->signals.fd =
	    (int)syscall(SYS_signalfd4, -1, &all, sizeof(all), SFD_CLOEXEC | SFD_NONBLOCK);
	if (monitor->signals.fd < 0)
		return failure_errno(failure, errno, "watch signals");
	return 0;
}

/* A write to a pipe that nobody reads raises SIGPIPE, the file server's end SIGCHLD. */
static bool signal_is_ours(const struct signalfd_siginfo *signal)
{
	return (signal->ssi_signo == SIGPIPE && signal->ssi_pid == (uint32_t)getpid()) ||
	       (signal->ssi_signo == SIGCHLD && signal->ssi_code != SI_USER);
}

/* The terminal has another size. Somebody's own SIGWINCH is the process's. */
static bool signal_is_resize(const struct signalfd_siginfo *signal)
{
	return signal->ssi_signo == SIGWINCH && signal->ssi_code == SI_KERNEL;
}

void signals_take(struct monitor *monitor)
{
	struct process *main_process = monitor->processes[PROCESS_MAIN];
	struct signalfd_siginfo signal;

	while (read(monitor->signals.fd, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		if (signal_is_ours(&signal))
			continue;
		if (signal_is_resize(&signal))
			main_process->resized = true;
		else
			main_process->signals_pending |= 1ull << (signal.ssi_signo - 1);
	}
}
