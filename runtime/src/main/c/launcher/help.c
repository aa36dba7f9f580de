/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "options.h"

#define CREATE_OPTIONS                                                                             \
	"   --bundle value, -b value  path to the root of the bundle directory, defaults to the "  \
	"current directory\n"                                                                      \
	"   --console-socket value    path to a socket which will receive the master of the "      \
	"console's pseudoterminal\n"                                                               \
	"   --pidfd-socket value      accepted and without effect\n"                               \
	"   --pid-file value          specify the file to write the process id to\n"               \
	"   --no-pivot                accepted and without effect: the root is the guest's\n"      \
	"   --no-new-keyring          accepted and without effect: the keyring is the guest's\n"   \
	"   --preserve-fds value      refused unless it is 0: descriptors stay on the host\n"

#define CRIU_OPTIONS                                                                               \
	"   --image-path value, --work-path value, --manage-cgroups-mode value, --empty-ns "       \
	"value\n"                                                                                  \
	"   --tcp-established, --tcp-skip-in-flight, --link-remap, --ext-unix-sk, --shell-job\n"   \
	"   --lazy-pages, --file-locks, --auto-dedup\n"

static const struct verb_help {
	const char *name, *summary, *arguments, *options;
} verbs[] = {
	{ "check", "say what of this host is missing or wrong, and what to do", "", "" },
	{ "checkpoint", "is refused: a guest's processes cannot be checkpointed",
	  "[command options] <container-id>",
	  CRIU_OPTIONS "   --parent-path value, --leave-running, --status-fd value, --page-server "
		       "value, --pre-dump\n" },
	{ "create", "create a container", "[command options] <container-id>",
	  CREATE_OPTIONS
	  "   --detach, -d              accepted and without effect: create never waits\n" },
	{ "delete", "delete any resources held by the container",
	  "[command options] <container-id>",
	  "   --force, -f  delete the container whatever it does; one that does not exist is no "
	  "error\n" },
	{ "events", "display container events such as OOM notifications, and usage statistics",
	  "[command options] <container-id>",
	  "   --interval value  set the stats collection interval (default: 5s)\n"
	  "   --stats           display the container's stats then exit\n" },
	{ "exec", "execute new process inside the container",
	  "[command options] <container-id> <command> [command options]",
	  "   --console-socket value              path to a socket which will receive the master "
	  "of the console's pseudoterminal\n"
	  "   --pidfd-socket value                accepted and without effect\n"
	  "   --cwd value                         current working directory in the container\n"
	  "   --env value, -e value               set environment variables\n"
	  "   --tty, -t                           allocate a pseudo-TTY\n"
	  "   --user value, -u value              UID (format: <uid>[:<gid>])\n"
	  "   --additional-gids value, -g value   additional gids\n"
	  "   --process value, -p value           path to the process.json\n"
	  "   --detach, -d                        detach from the container's process\n"
	  "   --pid-file value                    specify the file to write the process id to\n"
	  "   --process-label value               accepted and without effect\n"
	  "   --apparmor value                    accepted and without effect\n"
	  "   --no-new-privs                      set the no new privileges value for the process\n"
	  "   --cap value, -c value               add a capability to the bounding set for the "
	  "process\n"
	  "   --preserve-fds value                refused unless it is 0\n"
	  "   --cgroup value                      refused\n"
	  "   --ignore-paused                     allow exec in a paused container\n" },
	{ "features", "show the enabled features", "", "" },
	{ "kill",
	  "kill sends the specified signal (default: SIGTERM) to the container's init process",
	  "[command options] <container-id> [signal]",
	  "   --all, -a  send the specified signal to all processes inside the container\n" },
	{ "list", "lists containers started by xen-runc with the given root", "[command options]",
	  "   --format value, -f value  select one of: table or json (default: \"table\")\n"
	  "   --quiet, -q               display only container IDs\n" },
	{ "pause", "pause suspends all processes inside the container", "<container-id>", "" },
	{ "ps", "ps displays the processes running inside a container",
	  "[command options] <container-id> [ps options]",
	  "   --format value, -f value  select one of: table or json (default: \"table\")\n" },
	{ "restore", "is refused: there are no checkpoints", "[command options] <container-id>",
	  CRIU_OPTIONS "   --console-socket value, --bundle value, -b value, --detach, -d, "
		       "--pid-file value\n"
		       "   --no-subreaper, --no-pivot, --lsm-profile value, --lsm-mount-context "
		       "value\n" },
	{ "resume", "resumes all processes that have been previously paused", "<container-id>",
	  "" },
	{ "run", "create and run a container", "[command options] <container-id>",
	  CREATE_OPTIONS
	  "   --detach, -d              detach from the container's process\n"
	  "   --keep                    do not delete the container after the process exits\n"
	  "   --no-subreaper            accepted and without effect\n" },
	{ "spec", "create a new specification file", "[command options]",
	  "   --bundle value, -b value  path to the root of the bundle directory\n"
	  "   --rootless                refused: only root may ask Xen for domains\n" },
	{ "start", "executes the user defined process in a created container", "<container-id>",
	  "" },
	{ "state", "output the state of a container", "<container-id>", "" },
	{ "update", "update container resource constraints", "[command options] <container-id>",
	  "   --resources value, -r value  path to the file containing the resources to update or "
	  "'-' to read from the standard input\n"
	  "   --cpu-period value           period of the processor quota, in microseconds\n"
	  "   --cpu-quota value            processor time in a period, in microseconds; -1 for no "
	  "quota\n"
	  "   --cpu-share value            weight of the container's processor time\n"
	  "   --cpuset-cpus value          processors of the host that it may use\n"
	  "   --memory value               memory limit; -1 for none\n"
	  "   --memory-reservation value   memory below which nothing is reclaimed, if possible\n"
	  "   --memory-swap value          memory and swap together\n"
	  "   --pids-limit value           the most processes\n"
	  "   --blkio-weight value, --cpu-burst value, --cpu-rt-period value, --cpu-rt-runtime "
	  "value, --cpu-idle value,\n"
	  "   --cpuset-mems value, --kernel-memory value, --kernel-memory-tcp value, "
	  "--l3-cache-schema value,\n"
	  "   --mem-bw-schema value        accepted and without effect\n" },
};

struct text {
	char *bytes;
	size_t size, length;
};

static void __attribute__((format(printf, 2, 3))) put(struct text *text, const char *format, ...)
{
	va_list arguments;
	int written;

	va_start(arguments, format);
	written =
	    vsnprintf(text->bytes + text->length, text->size - text->length, format, arguments);
	va_end(arguments);
	if (written > 0)
		text->length += (size_t)written;
	if (text->length >= text->size)
		text->length = text->size - 1;
}

bool help_is_asked(char **words)
{
	for (; *words && **words == '-' && strcmp(*words, "--") != 0; words++) {
		const char *name = *words + ((*words)[1] == '-' ? 2 : 1);

		if (strcmp(name, "help") == 0 || strcmp(name, "h") == 0)
			return true;
	}
	return false;
}

static void program_help(struct text *text)
{
	put(text,
	    "NAME:\n"
	    "   xen-runc - Open Container Initiative runtime that runs every container as a Xen "
	    "domain\n\n"
	    "USAGE:\n"
	    "   xen-runc [global options] command [command options] [arguments...]\n\n"
	    "VERSION:\n"
	    "   %s, with the command line of runc 1.3.0\n\n"
	    "COMMANDS:\n",
	    XEN_RUNC_VERSION);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		put(text, "   %-10s  %s\n", verbs[i].name, verbs[i].summary);
	put(text,
	    "   help, h     shows this text, or the help of one command\n\n"
	    "GLOBAL OPTIONS:\n"
	    "   --debug             enable debug logging\n"
	    "   --log value         set the log file to write logs to (default is '/dev/stderr')\n"
	    "   --log-format value  set the log format ('text' (default), or 'json') (default: "
	    "\"text\")\n"
	    "   --root value        root directory for storage of container state (default: "
	    "\"" ROOT_DEFAULT "\")\n"
	    "   --systemd-cgroup    enable systemd cgroup support, expects cgroupsPath to be of "
	    "form "
	    "\"slice:prefix:name\"\n"
	    "   --rootless value    accepted and without effect ('true', 'false', or 'auto') "
	    "(default: \"auto\")\n"
	    "   --help, -h          show help\n"
	    "   --version, -v       print the version\n");
}

void help_format(const char *name, char *text, size_t size)
{
	struct text whole = { .bytes = text, .size = size };

	if (!name) {
		program_help(&whole);
		return;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const struct verb_help *verb = &verbs[i];

		if (strcmp(verb->name, name) != 0)
			continue;
		put(&whole, "NAME:\n   xen-runc %s - %s\n\nUSAGE:\n   xen-runc %s %s\n", name,
		    verb->summary, name, verb->arguments);
		if (*verb->options)
			put(&whole, "\nOPTIONS:\n%s", verb->options);
	}
}
