/* SPDX-License-Identifier: Apache-2.0 */
#include "texts.h"

#include "options.h"

/* go-runc takes the first line only with the prefix "runc version ", and looks for the other two;
 * the number there is that of the runc whose command line this is. */
const char text_version[] = "runc version 1.3.0 (xen-runc " XEN_RUNC_VERSION ")\n"
			    "commit: " XEN_RUNC_COMMIT "\n"
			    "spec: 1.2.0\n";

const char text_help[] =
    "NAME:\n"
    "   xen-runc - Open Container Initiative runtime that runs every container as a Xen domain\n"
    "\n"
    "USAGE:\n"
    "   xen-runc [global options] command [command options] [arguments...]\n"
    "\n"
    "VERSION:\n"
    "   " XEN_RUNC_VERSION ", with the command line of runc 1.3.0\n"
    "\n"
    "COMMANDS:\n"
    "   create    create a container\n"
    "   delete    delete any resources held by the container\n"
    "   features  show the enabled features\n"
    "   kill      kill sends the specified signal (default: SIGTERM) to the main process\n"
    "   list      lists containers started by xen-runc with the given root\n"
    "   pause     pause suspends all processes inside the container\n"
    "   ps        displays the processes of a container as the host sees them\n"
    "   resume    resumes all processes that have been previously paused\n"
    "   spec      create a new specification file\n"
    "   start     executes the user defined process in a created container\n"
    "   state     output the state of a container\n"
    "   help, h   shows this text\n"
    "\n"
    "GLOBAL OPTIONS:\n"
    "   --debug             enable debug logging\n"
    "   --log value         set the log file to write logs to (default is '/dev/stderr')\n"
    "   --log-format value  set the log format ('text' (default), or 'json') (default: \"text\")\n"
    "   --root value        root directory for storage of container state (default: "
    "\"" ROOT_DEFAULT "\")\n"
    "   --systemd-cgroup    enable systemd cgroup support, expects cgroupsPath to be of form "
    "\"slice:prefix:name\"\n"
    "   --rootless value    accepted and without effect ('true', 'false', or 'auto') "
    "(default: \"auto\")\n"
    "   --help, -h          show help\n"
    "   --version, -v       print the version\n";

__asm__(".section .rodata\n"
	".global text_features, text_features_end, text_spec, text_spec_end\n"
	"text_features:\n"
	".incbin \"features.json\"\n"
	"text_features_end:\n"
	"text_spec:\n"
	".incbin \"spec.json\"\n"
	"text_spec_end:\n"
	".byte 0\n"
	".previous\n");
