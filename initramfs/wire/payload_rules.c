/* SPDX-License-Identifier: Apache-2.0 */
#include "payload_rules.h"

#include <limits.h>
#include <sys/un.h>

/* How often a field stands. */
#define ONE 1, 1
#define MAYBE 0, 1
#define SOME 1, MANY
#define ANY 0, MANY

#define FIELD(name, form, often)                                                                   \
	{                                                                                          \
		FIELD_##name, form, often, 0, NULL                                                 \
	}
#define LIMITED(name, form, often, limit)                                                          \
	{                                                                                          \
		FIELD_##name, form, often, limit, NULL                                             \
	}
#define GROUPED(name, often, fields)                                                               \
	{                                                                                          \
		FIELD_##name, GROUP, often, 0, fields                                              \
	}
#define END                                                                                        \
	{                                                                                          \
		0, U32, 0, 0, 0, NULL                                                              \
	}

#define CODE_MAX 255
#define SIGNAL_MAX 64
#define SOCKET_SIZE sizeof(((struct sockaddr_un *)0)->sun_path)

static const struct field_rule nothing[] = { END };

static const struct field_rule hello[] = {
	FIELD(PROTOCOL, U32, ONE),
	FIELD(PROTOCOL_MIN, U32, ONE),
	FIELD(BUILD, TEXT, MAYBE),
	END,
};

/* What every REPLY begins with. */
#define ANSWER FIELD(STATUS, U32, ONE), FIELD(TEXT, LONG_TEXT, MAYBE)

const struct field_rule failed_answer[] = { ANSWER, END };
static const struct field_rule done[] = { ANSWER, END };

/* Groups that stand in several messages. */

static const struct field_rule address[] = {
	FIELD(IP, IP, ONE),
	FIELD(PREFIX, U32, ONE),
	LIMITED(BROADCAST, EXACTLY, MAYBE, 4),
	FIELD(SCOPE, U32, MAYBE),
	END,
};

static const struct field_rule setting[] = {
	FIELD(NAME, TEXT, ONE),
	FIELD(VALUE, TEXT, ONE),
	END,
};

static const struct field_rule link_group[] = {
	FIELD(NAME, TEXT, ONE),
	LIMITED(MAC, EXACTLY, ONE, 6),
	FIELD(MTU, U32, MAYBE),
	GROUPED(ADDRESS, ANY, address),
	FIELD(UP, U32, MAYBE),
	FIELD(INDEX, U32, MAYBE),
	FIELD(NUMBER, U32, MAYBE),
	GROUPED(NETWORK_SYSCTL, ANY, setting),
	END,
};

static const struct field_rule route[] = {
	FIELD(IP, IP, ONE),	     FIELD(PREFIX, U32, ONE),	FIELD(GATEWAY, IP, MAYBE),
	FIELD(NAME, TEXT, MAYBE),    FIELD(SCOPE, U32, MAYBE),	FIELD(METRIC, U32, MAYBE),
	FIELD(SOURCE_IP, IP, MAYBE), FIELD(ONLINK, U32, MAYBE), END,
};

static const struct field_rule neighbour[] = {
	FIELD(IP, IP, ONE),
	LIMITED(MAC, EXACTLY, ONE, 6),
	FIELD(NAME, TEXT, ONE),
	END,
};

/* A file tree of the host, as it is given away, and as its server found it. */
static const struct field_rule export_source[] = {
	FIELD(NUMBER, U32, ONE),
	FIELD(PATH, TEXT, ONE),
	FIELD(FLAGS, U64, MAYBE),
	FIELD(RECURSIVE_FLAGS, U64, MAYBE),
	END,
};

static const struct field_rule export_found[] = {
	FIELD(NUMBER, U32, ONE),
	FIELD(MODE, U32, ONE),
	FIELD(READONLY, U32, ONE),
	FIELD(FLAGS, U64, MAYBE),
	END,
};

/* Requests to the agent. */

static const struct field_rule export_seen[] = {
	FIELD(NUMBER, U32, ONE),
	FIELD(MODE, U32, ONE),
	END,
};

static const struct field_rule mount[] = {
	FIELD(TYPE, TEXT, ONE),		FIELD(TARGET, TEXT, ONE),
	FIELD(SOURCE, TEXT, MAYBE),	FIELD(FLAGS, U64, MAYBE),
	FIELD(CLEAR_FLAGS, U64, MAYBE), FIELD(PROPAGATION, U64, MAYBE),
	FIELD(DATA, TEXT, MAYBE),	FIELD(NUMBER, U32, MAYBE),
	FIELD(COPY_UP, U32, MAYBE),	END,
};

static const struct field_rule device[] = {
	FIELD(PATH, TEXT, ONE),	  FIELD(KIND, U32, ONE),
	FIELD(MAJOR, U32, MAYBE), FIELD(MINOR, U32, MAYBE),
	FIELD(MODE, U32, MAYBE),  FIELD(UID, U32, MAYBE),
	FIELD(GID, U32, MAYBE),	  END,
};

static const struct field_rule device_rule[] = {
	FIELD(KIND, U32, ONE),
	FIELD(MAJOR, U32, MAYBE),
	FIELD(MINOR, U32, MAYBE),
	FIELD(ACCESS, U32, ONE),
	END,
};

static const struct field_rule prepare[] = {
	FIELD(HOSTNAME, TEXT, MAYBE),
	FIELD(DOMAINNAME, TEXT, MAYBE),
	GROUPED(LINK, ANY, link_group),
	GROUPED(ROUTE, ANY, route),
	GROUPED(NEIGHBOUR, ANY, neighbour),
	GROUPED(NETWORK_SYSCTL, ANY, setting),
	{ FIELD_EXPORT, GROUP, 0, EXPORT_MAX, 0, export_seen },
	GROUPED(MOUNT, ANY, mount),
	FIELD(MASKED_PATH, TEXT, ANY),
	FIELD(READONLY_PATH, TEXT, ANY),
	GROUPED(SYSCTL, ANY, setting),
	GROUPED(DEVICE, ANY, device),
	FIELD(DEVICES_ALLOWED, U32, MAYBE),
	GROUPED(DEVICE_RULE, ANY, device_rule),
	GROUPED(CGROUP_LIMIT, ANY, setting),
	FIELD(CWD, TEXT, MAYBE),
	FIELD(READONLY, U32, MAYBE),
	FIELD(ROOT_PROPAGATION, U64, MAYBE),
	GROUPED(HOST_SYSCTL, ANY, setting),
	FIELD(RESOLVER, U32, MAYBE),
	END,
};

static const struct field_rule network[] = {
	GROUPED(LINK, ANY, link_group),
	GROUPED(ROUTE, ANY, route),
	GROUPED(NEIGHBOUR, ANY, neighbour),
	FIELD(RESOLVER, U32, MAYBE),
	END,
};

static const struct field_rule rlimit[] = {
	FIELD(KIND, U32, ONE),
	FIELD(SOFT, U64, ONE),
	FIELD(HARD, U64, ONE),
	END,
};

static const struct field_rule scheduler[] = {
	FIELD(POLICY, U32, ONE),    FIELD(FLAGS, U64, MAYBE),
	FIELD(NICE, U32, MAYBE),    FIELD(PRIORITY, U32, MAYBE),
	FIELD(RUNTIME, U64, MAYBE), FIELD(DEADLINE, U64, MAYBE),
	FIELD(PERIOD, U64, MAYBE),  END,
};

static const struct field_rule hook[] = {
	FIELD(PATH, TEXT, ONE),
	FIELD(ARG, LONG_TEXT, ANY),
	FIELD(ENV, LONG_TEXT, ANY),
	FIELD(ENV_INHERITED, U32, MAYBE),
	FIELD(TIMEOUT, U32, MAYBE),
	FIELD(STDIN, AT_MOST, MAYBE),
	END,
};

static const struct field_rule run[] = {
	FIELD(PROCESS, U32, ONE),
	FIELD(TERMINAL, U32, MAYBE),
	FIELD(RELAYED, U32, MAYBE),
	FIELD(ROWS, U32, MAYBE),
	FIELD(COLUMNS, U32, MAYBE),
	FIELD(ARG, LONG_TEXT, SOME),
	FIELD(ENV, LONG_TEXT, ANY),
	FIELD(CWD, TEXT, ONE),
	FIELD(UID, U32, ONE),
	FIELD(GID, U32, ONE),
	FIELD(GROUP, U32, ANY),
	FIELD(UMASK, U32, MAYBE),
	FIELD(CAP_BOUNDING, U64, MAYBE),
	FIELD(CAP_EFFECTIVE, U64, MAYBE),
	FIELD(CAP_INHERITABLE, U64, MAYBE),
	FIELD(CAP_PERMITTED, U64, MAYBE),
	FIELD(CAP_AMBIENT, U64, MAYBE),
	GROUPED(RLIMIT, ANY, rlimit),
	FIELD(NO_NEW_PRIVS, U32, MAYBE),
	FIELD(OOM_SCORE_ADJ, U32, MAYBE),
	FIELD(SECCOMP, FILTER, MAYBE),
	FIELD(SECCOMP_FLAGS, U32, MAYBE),
	FIELD(PERSONALITY, U32, MAYBE),
	GROUPED(SCHEDULER, MAYBE, scheduler),
	FIELD(IO_PRIORITY, U32, MAYBE),
	GROUPED(HOOK, ANY, hook),
	END,
};

static const struct field_rule signal_process[] = {
	FIELD(PROCESS, U32, ONE),
	FIELD(SIGNAL, U32, ONE),
	FIELD(ALL, U32, MAYBE),
	END,
};

static const struct field_rule resize_process[] = {
	FIELD(PROCESS, U32, ONE),
	FIELD(ROWS, U32, ONE),
	FIELD(COLUMNS, U32, ONE),
	END,
};

static const struct field_rule update[] = {
	GROUPED(CGROUP_LIMIT, SOME, setting),
	END,
};

static const struct field_rule stats[] = {
	{ FIELD_NAME, TEXT, 1, STATS_FILES_MAX, 0, NULL },
	END,
};

static const struct field_rule cgroup_file[] = {
	FIELD(NAME, TEXT, ONE),
	LIMITED(BYTES, AT_MOST, ONE, STATS_FILE_SIZE),
	END,
};

static const struct field_rule stats_answer[] = {
	ANSWER,
	{ FIELD_CGROUP_FILE, GROUP, 0, STATS_FILES_MAX, 0, cgroup_file },
	END,
};

static const struct field_rule refresh[] = {
	LIMITED(ENTROPY, EXACTLY, ONE, ENTROPY_SIZE),
	FIELD(TIME, U64, ONE),
	END,
};

static const struct field_rule time_told[] = {
	FIELD(TIME, U64, ONE),
	END,
};

static const struct field_rule dns_answer[] = {
	FIELD(NUMBER, U32, ONE),
	LIMITED(BYTES, AT_MOST, MAYBE, DNS_ANSWER_SIZE),
	END,
};

/* From the agent. */

static const struct field_rule dns_query[] = {
	FIELD(NUMBER, U32, ONE),
	FIELD(TCP, U32, MAYBE),
	LIMITED(BYTES, AT_MOST, ONE, DNS_QUERY_SIZE),
	END,
};

static const struct field_rule oom[] = {
	FIELD(OOM_KILLS, U64, ONE),
	END,
};

static const struct field_rule exited[] = {
	LIMITED(PROCESS, U32, ONE, PROCESS_MAX),
	LIMITED(CODE, U32, ONE, CODE_MAX),
	END,
};

/* Engine and monitor. */

static const struct field_rule connect_guest[] = {
	FIELD(DOMID, U32, MAYBE),
	FIELD(RING_REF, U32, MAYBE),
	FIELD(PORT, U32, MAYBE),
	LIMITED(SOCKET, TEXT, MAYBE, SOCKET_SIZE),
	END,
};

static const struct field_rule scan_answer[] = {
	ANSWER,
	GROUPED(LINK, ANY, link_group),
	GROUPED(ROUTE, ANY, route),
	GROUPED(NEIGHBOUR, ANY, neighbour),
	GROUPED(NETWORK_SYSCTL, ANY, setting),
	FIELD(RESOLVER, U32, MAYBE),
	END,
};

static const struct field_rule stop[] = {
	LIMITED(CODE, U32, ONE, CODE_MAX),
	FIELD(TEXT, LONG_TEXT, MAYBE),
	END,
};

static const struct field_rule lost[] = {
	FIELD(TEXT, TEXT, ONE),
	END,
};

/* Monitor and session. */

static const struct field_rule attach[] = {
	FIELD(TERMINAL, U32, MAYBE),
	END,
};

static const struct field_rule attach_answer[] = {
	ANSWER,
	LIMITED(PROCESS, U32, ONE, PROCESS_MAX),
	END,
};

static const struct field_rule signal_session[] = {
	LIMITED(SIGNAL, U32, ONE, SIGNAL_MAX),
	END,
};

static const struct field_rule session_exited[] = {
	LIMITED(CODE, U32, ONE, CODE_MAX),
	END,
};

/* Monitor and file server. */

static const struct field_rule serve[] = {
	{ FIELD_EXPORT, GROUP, 1, EXPORT_MAX, 0, export_source },
	END,
};

static const struct field_rule serve_answer[] = {
	ANSWER,
	{ FIELD_EXPORT, GROUP, 1, EXPORT_MAX, 0, export_found },
	END,
};

/* Launcher and engine. */

static const struct field_rule verb[] = {
	FIELD(ROOT, TEXT, ONE),
	FIELD(CWD, TEXT, ONE),
	FIELD(ARG, LONG_TEXT, SOME),
	FIELD(DEBUG, U32, MAYBE),
	FIELD(SYSTEMD_CGROUP, U32, MAYBE),
	END,
};

static const struct field_rule read_file[] = {
	FIELD(PATH, TEXT, ONE),
	FIELD(LIMIT, U32, ONE),
	END,
};

static const struct field_rule bytes_answer[] = {
	ANSWER,
	FIELD(BYTES, AT_MOST, ONE),
	END,
};

static const struct field_rule resolve[] = {
	FIELD(PATH, TEXT, ONE),
	END,
};

static const struct field_rule resolve_answer[] = {
	ANSWER,
	FIELD(PATH, TEXT, ONE),
	END,
};

static const struct field_rule shown_mount[] = {
	LIMITED(TYPE, TEXT, ONE, 64),
	FIELD(TARGET, TEXT, ONE),
	FIELD(NUMBER, U32, MAYBE),
	END,
};

static const struct field_rule spawn_monitor[] = {
	FIELD(ARG, LONG_TEXT, SOME),
	LIMITED(SOCKET, TEXT, ONE, SOCKET_SIZE),
	LIMITED(CONTAINER, TEXT, ONE, 256),
	FIELD(NETNS, TEXT, MAYBE),
	FIELD(CGROUP, TEXT, MAYBE),
	LIMITED(SCOPE_UNIT, TEXT, MAYBE, 256),
	LIMITED(SCOPE_SLICE, TEXT, MAYBE, 256),
	FIELD(OOM_SCORE_ADJ, U32, MAYBE),
	FIELD(TERMINAL, U32, MAYBE),
	LIMITED(ROWS, U32, MAYBE, USHRT_MAX),
	LIMITED(COLUMNS, U32, MAYBE, USHRT_MAX),
	FIELD(FOREGROUND, U32, MAYBE),
	{ FIELD_EXPORT, GROUP, 1, EXPORT_MAX, 0, export_source },
	GROUPED(MOUNT, ANY, shown_mount),
	FIELD(READONLY, U32, MAYBE),
	END,
};

static const struct field_rule spawn_monitor_answer[] = {
	ANSWER,
	FIELD(PID, U32, ONE),
	FIELD(START_TIME, U64, ONE),
	FIELD(NETNS_INODE, U64, ONE),
	{ FIELD_EXPORT, GROUP, 1, EXPORT_MAX, 0, export_found },
	END,
};

static const struct field_rule write_output[] = {
	FIELD(OUTPUT, AT_MOST, MAYBE),
	END,
};

static const struct field_rule run_ps[] = {
	FIELD(ARG, LONG_TEXT, ANY),
	END,
};

static const struct field_rule run_ps_answer[] = {
	ANSWER,
	FIELD(CODE, U32, ONE),
	FIELD(OUTPUT, AT_MOST, ONE),
	END,
};

static const struct field_rule spawn_session[] = {
	FIELD(ARG, LONG_TEXT, SOME),
	LIMITED(SOCKET, TEXT, ONE, SOCKET_SIZE),
	FIELD(PID, U32, ONE),
	FIELD(TERMINAL, U32, MAYBE),
	LIMITED(ROWS, U32, MAYBE, USHRT_MAX),
	LIMITED(COLUMNS, U32, MAYBE, USHRT_MAX),
	FIELD(FOREGROUND, U32, MAYBE),
	END,
};

static const struct field_rule spawn_session_answer[] = {
	ANSWER, FIELD(PID, U32, ONE), FIELD(START_TIME, U64, ONE), FIELD(PROCESS, U32, ONE), END,
};

static const struct field_rule run_hook[] = {
	FIELD(PATH, TEXT, ONE),		  FIELD(ARG, LONG_TEXT, ANY), FIELD(ENV, LONG_TEXT, ANY),
	FIELD(ENV_INHERITED, U32, MAYBE), FIELD(CWD, TEXT, MAYBE),    FIELD(TIMEOUT, U32, MAYBE),
	FIELD(STDIN, AT_MOST, MAYBE),	  FIELD(NETNS, TEXT, MAYBE),  END,
};

static const struct field_rule run_hook_answer[] = {
	ANSWER, FIELD(CODE, U32, ONE), FIELD(STDOUT, AT_MOST, ONE), FIELD(OUTPUT, AT_MOST, ONE),
	END,
};

/* What a profile's words mean, and how long they may be, its compiler says in runc's words. */
static const struct field_rule condition[] = {
	FIELD(INDEX, U32, ONE),
	FIELD(OPERATOR, LONG_TEXT, ONE),
	FIELD(DATUM, U64, ONE),
	FIELD(DATUM_TWO, U64, MAYBE),
	END,
};

static const struct field_rule seccomp_rule[] = {
	FIELD(NAME, LONG_TEXT, ANY),
	FIELD(ACTION, LONG_TEXT, ONE),
	FIELD(ERRNO, U32, MAYBE),
	GROUPED(CONDITION, ANY, condition),
	END,
};

static const struct field_rule compile_seccomp[] = {
	FIELD(ACTION, LONG_TEXT, ONE),
	FIELD(ERRNO, U32, MAYBE),
	FIELD(ARCHITECTURE, LONG_TEXT, ANY),
	GROUPED(RULE, ANY, seccomp_rule),
	END,
};

static const struct field_rule write_pid_file[] = {
	LIMITED(PATH, TEXT, ONE, PID_FILE_PATH_SIZE),
	FIELD(PID, U32, ONE),
	END,
};

static const struct field_rule send_console[] = {
	FIELD(PATH, TEXT, ONE),
	END,
};

static const struct field_rule log_record[] = {
	FIELD(LEVEL, TEXT, ONE),       FIELD(TIME, U64, ONE),
	FIELD(TEXT, LONG_TEXT, ONE),   FIELD(FUNCTION, LONG_TEXT, MAYBE),
	FIELD(FILE, LONG_TEXT, MAYBE), END,
};

static const struct field_rule result[] = {
	FIELD(STATUS, U32, MAYBE),	   LIMITED(CODE, U32, MAYBE, CODE_MAX),
	FIELD(OUTPUT, AT_MOST, MAYBE),	   FIELD(TEXT, LONG_TEXT, MAYBE),
	FIELD(FUNCTION, LONG_TEXT, MAYBE), FIELD(FILE, LONG_TEXT, MAYBE),
	FIELD(ARG, LONG_TEXT, ANY),	   END,
};

#define MESSAGE(way, name, fields, answer)                                                         \
	{                                                                                          \
		way, FRAME_##name, #name, fields, answer                                           \
	}

const struct message_rule message_rules[] = {
	MESSAGE(EVERY_WAY, HELLO, hello, NULL),

	MESSAGE(TO_AGENT, PING, nothing, done),
	MESSAGE(TO_AGENT, PREPARE, prepare, done),
	MESSAGE(TO_AGENT, NETWORK, network, done),
	MESSAGE(TO_AGENT, RUN, run, done),
	MESSAGE(TO_AGENT, SIGNAL, signal_process, done),
	MESSAGE(TO_AGENT, RESIZE, resize_process, done),
	MESSAGE(TO_AGENT, UPDATE, update, done),
	MESSAGE(TO_AGENT, STATS, stats, stats_answer),
	MESSAGE(TO_AGENT, SHUTDOWN, nothing, done),
	MESSAGE(TO_AGENT, REFRESH, refresh, done),
	MESSAGE(TO_AGENT, CLOCK_SET, nothing, NULL),
	MESSAGE(TO_AGENT, TIME, time_told, NULL),
	MESSAGE(TO_AGENT, DNS_ANSWER, dns_answer, NULL),

	MESSAGE(FROM_AGENT, OOM, oom, NULL),
	MESSAGE(FROM_AGENT, EXITED, exited, NULL),
	MESSAGE(FROM_AGENT, TIME_ASKED, nothing, NULL),
	MESSAGE(FROM_AGENT, DNS_QUERY, dns_query, NULL),

	MESSAGE(TO_MONITOR, CONNECT, connect_guest, done),
	MESSAGE(TO_MONITOR, SCAN_NET, nothing, scan_answer),
	MESSAGE(TO_MONITOR, STOP, stop, NULL),
	MESSAGE(FROM_MONITOR, NETWORK_CHANGED, nothing, NULL),
	MESSAGE(FROM_MONITOR, LOST, lost, NULL),

	MESSAGE(FROM_SESSION, ATTACH, attach, attach_answer),
	MESSAGE(FROM_SESSION, SIGNAL, signal_session, NULL),
	MESSAGE(FROM_SESSION, RESIZE, nothing, NULL),
	MESSAGE(TO_SESSION, EXITED, session_exited, NULL),

	MESSAGE(TO_SERVER, PREPARE, serve, serve_answer),

	MESSAGE(FROM_LAUNCHER, VERB, verb, NULL),
	MESSAGE(TO_LAUNCHER, READ_FILE, read_file, bytes_answer),
	MESSAGE(TO_LAUNCHER, RESOLVE, resolve, resolve_answer),
	MESSAGE(TO_LAUNCHER, SPAWN_MONITOR, spawn_monitor, spawn_monitor_answer),
	MESSAGE(TO_LAUNCHER, WRITE_OUTPUT, write_output, done),
	MESSAGE(TO_LAUNCHER, RUN_PS, run_ps, run_ps_answer),
	MESSAGE(TO_LAUNCHER, SPAWN_SESSION, spawn_session, spawn_session_answer),
	MESSAGE(TO_LAUNCHER, RUN_HOOK, run_hook, run_hook_answer),
	MESSAGE(TO_LAUNCHER, COMPILE_SECCOMP, compile_seccomp, bytes_answer),
	MESSAGE(TO_LAUNCHER, WRITE_PID_FILE, write_pid_file, done),
	MESSAGE(TO_LAUNCHER, SEND_CONSOLE, send_console, done),
	MESSAGE(TO_LAUNCHER, LOG, log_record, NULL),
	MESSAGE(TO_LAUNCHER, RESULT, result, NULL),
};

const size_t message_rule_count = sizeof(message_rules) / sizeof(message_rules[0]);
