/* SPDX-License-Identifier: Apache-2.0 */
#include "attend.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "relay.h"
#include "report.h"

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

static void signals_pass(int signals, int watch, struct relay *relay)
{
	struct signalfd_siginfo signal;

	while (read(signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		if (signal.ssi_signo == SIGWINCH && relay_resize(relay))
			continue;
		report_debug("pass signal %u on", signal.ssi_signo);
		syscall(SYS_pidfd_send_signal, watch, (int)signal.ssi_signo, NULL, 0);
	}
}

int attend(pid_t child, int watch, int master)
{
	struct relay relay;
	sigset_t signals;
	int fd, status = 0;
	char end[64];
	bool gone = false;

	signals_watch(&signals);
	fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	relay_begin(&relay, master);
	/* What the child has written last is still to be read when it is gone. */
	while (!gone || relay_has_output(&relay)) {
		struct pollfd polls[2 + RELAY_POLLS] = { { .fd = fd, .events = POLLIN },
							 { .fd = gone ? -1 : watch,
							   .events = POLLIN } };

		relay_polls(&relay, polls + 2);
		if (poll(polls, sizeof(polls) / sizeof(polls[0]), -1) < 0 && errno != EINTR)
			break;
		signals_pass(fd, watch, &relay);
		relay_move(&relay, polls + 2);
		gone = gone || polls[1].revents;
	}
	relay_end(&relay);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	report_debug("child %d %s", (int)child, process_end(status, end, sizeof(end)));
	return process_code(status);
}
