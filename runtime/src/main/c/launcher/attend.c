/* SPDX-License-Identifier: Apache-2.0 */
#include "attend.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"

/* What the kernel raises for what this process does itself is not the child's. */
static void signals_watch(sigset_t *signals)
{
	sigfillset(signals);
	sigdelset(signals, SIGCHLD);
	sigdelset(signals, SIGPIPE);
	sigdelset(signals, SIGSEGV);
	sigdelset(signals, SIGBUS);
	sigdelset(signals, SIGFPE);
	sigdelset(signals, SIGILL);
	sigdelset(signals, SIGABRT);
	sigdelset(signals, SIGTSTP);
	sigdelset(signals, SIGTTIN);
	sigdelset(signals, SIGTTOU);
	sigprocmask(SIG_BLOCK, signals, NULL);
}

int attend(pid_t child, int watch)
{
	struct signalfd_siginfo signal;
	sigset_t signals;
	int fd, status = 0;

	signals_watch(&signals);
	fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	for (;;) {
		struct pollfd polls[] = { { .fd = fd, .events = POLLIN },
					  { .fd = watch, .events = POLLIN } };

		if (poll(polls, 2, -1) < 0 && errno != EINTR)
			break;
		while (read(fd, &signal, sizeof(signal)) == (ssize_t)sizeof(signal))
			syscall(SYS_pidfd_send_signal, watch, (int)signal.ssi_signo, NULL, 0);
		if (polls[1].revents)
			break;
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return process_code(status);
}
