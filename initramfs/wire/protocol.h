/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_PROTOCOL_H
#define XEN_RUNC_WIRE_PROTOCOL_H

/*
 * The numbers of docs/protocol.md, which is the specification; this file only gives them to C.
 * dev.xenrunc.wire holds the same for Java, and WireConstantsTest compares the two.
 *
 * One frame format serves these connections:
 *
 *   launcher - engine     Unix socket ENGINE_SOCKET
 *   engine   - monitor    Unix socket, one a container, monitor listens
 *   session  - monitor    Unix datagram socket, then a socketpair that the session hands over
 *   monitor  - file server  socketpair (PREPARE, its REPLY, then FILES streams only)
 *   monitor  - agent      vchan (in the native tests a Unix socket)
 *
 *    0        1        2             4                8                12
 *   +--------+--------+-------------+----------------+----------------+-----------
 *   | type   | flags  | zero        | stream         | length         | payload ...
 *   +--------+--------+-------------+----------------+----------------+-----------
 *
 * All integers are little-endian. `stream` is a stream number in DATA, END and WINDOW, the request
 * number in requests and in their REPLY, and zero elsewhere.
 */

#define PROTOCOL_VERSION 1
#define PROTOCOL_VERSION_MIN 1

#define FRAME_HEADER_SIZE 12
#define FRAME_PAYLOAD_MAX 32768 /* bytes of one frame's payload */

/* A message is one or more frames of the same type and stream; all but the last carry FRAME_MORE.
 * Only a host may send more than one frame a message, and only up to these sizes. */
#define FRAME_MORE 0x01
#define MESSAGE_MAX_TO_AGENT (4u << 20)
#define MESSAGE_MAX_TO_ENGINE (17u << 20)
#define MESSAGE_MAX_TO_MONITOR (4u << 20)
#define MESSAGE_MAX_TO_LAUNCHER (4u << 20)

#define STREAM_WINDOW 65536 /* bytes that may be under way on one process stream, a direction */
#define FILES_WINDOW 524288 /* same for a FILES stream, guest to host; host to guest has none */

/* Stream numbers: process p (1 = the container's main process) owns 4p .. 4p+2; export e owns
 * STREAM_FILES + e. */
#define STREAM_STDIN(process) (4u * (process))
#define STREAM_STDOUT(process) (4u * (process) + 1u)
#define STREAM_STDERR(process) (4u * (process) + 2u)
#define STREAM_FILES 0x80000000u
#define PROCESS_MAIN 1u
#define PROCESS_MAX 257u /* at once, the main one too; numbers are 1 .. PROCESS_MAX, used again */
#define EXPORT_MAX 1024u /* numbers are 0 .. EXPORT_MAX - 1; 0 is the rootfs */
#define ENTROPY_SIZE 32	 /* the 256 bits that the kernel wants before its pool counts as seeded */
#define STATS_FILES_MAX 32u	/* that STATS asks for */
#define STATS_FILE_SIZE 8192	/* bytes that come of each */
#define PID_FILE_PATH_SIZE 4080 /* room for its end and for a temporary name beside it */
#define DNS_QUERIES_MAX 128u	/* DNS_QUERYs that have no DNS_ANSWER yet */
#define DNS_HEADER_SIZE 12	/* RFC 1035, 4.1.1: no query and no answer is shorter */
#define DNS_QUERY_SIZE 4096	/* bytes of a query for names, at most */
#define DNS_ANSWER_SIZE 65535	/* same of an answer */

/* Where Docker's resolver is in every network namespace that has one: libnetwork,
 * resolverIPSandbox. */
#define RESOLVER_ADDRESS 0x7f00000b
#define RESOLVER_PORT 53

enum frame_type {
	/* every connection */
	FRAME_HELLO = 0x01, /* first frame each way: PROTOCOL, PROTOCOL_MIN, [BUILD] */
	FRAME_REPLY = 0x02, /* answer to a request: STATUS, [TEXT], result fields */
	FRAME_PING = 0x03,  /* request, answered by an empty REPLY */

	/* streams: monitor - agent, monitor - file server */
	FRAME_DATA = 0x10,
	FRAME_END = 0x11,    /* no more DATA on this stream this way */
	FRAME_WINDOW = 0x12, /* payload: u32, bytes more that the receiver of this frame may send */

	/* agent requests: engine -> monitor -> agent, answered back the same way */
	FRAME_PREPARE = 0x20,  /* make the container: network, mounts, limits; open the exports */
	FRAME_RUN = 0x21,      /* run a process; REPLY when execve has succeeded or failed */
	FRAME_SIGNAL = 0x22,   /* PROCESS, SIGNAL, [ALL] */
	FRAME_RESIZE = 0x23,   /* PROCESS, ROWS, COLUMNS */
	FRAME_SHUTDOWN = 0x24, /* end every process as if the main one had exited; then power off */
	FRAME_REFRESH = 0x25,  /* ENTROPY, TIME: what a guest cannot know by itself */
	FRAME_UPDATE = 0x26,   /* CGROUP_LIMIT+: other limits of the container */
	FRAME_STATS = 0x27,    /* NAME+ of cgroup files -> REPLY CGROUP_FILE* */
	FRAME_NETWORK = 0x28,  /* LINK*, ROUTE*, NEIGHBOUR*, [RESOLVER]: what the network is now */

	/* agent -> monitor -> engine */
	FRAME_OOM = 0x2e,    /* OOM_KILLS: the container's OOM killer has ended so many by now */
	FRAME_EXITED = 0x2f, /* PROCESS, CODE; for the main process the guest's last frame */

	/* monitor - agent: the time of day */
	FRAME_CLOCK_SET = 0x30,	 /* to the agent: dom0's clock was set */
	FRAME_TIME_ASKED = 0x31, /* from the agent: which time is it? */
	FRAME_TIME = 0x32,	 /* to the agent: TIME, dom0's as this is written */

	/* monitor - agent: names */
	FRAME_DNS_QUERY = 0x34,	 /* from the agent: NUMBER, [TCP], BYTES of a DNS message */
	FRAME_DNS_ANSWER = 0x35, /* to the agent: NUMBER, [BYTES]; without them it is refused */

	/* engine -> monitor requests */
	FRAME_CONNECT = 0x40,  /* join the guest: DOMID, RING_REF, PORT or SOCKET */
	FRAME_SCAN_NET = 0x41, /* REPLY: LINK*, ROUTE*, NEIGHBOUR*, NETWORK_SYSCTL*, [RESOLVER] */
	FRAME_STOP = 0x42,     /* close everything and exit with CODE; TEXT goes to the log */
	/* monitor -> engine */
	FRAME_NETWORK_CHANGED = 0x4e, /* the container's netns is to be scanned again */
	FRAME_LOST = 0x4f, /* the guest or the file server is gone or broke the protocol: TEXT */

	/* session -> monitor; back come REPLY and EXITED, and SIGNAL goes on to the agent */
	FRAME_ATTACH = 0x50, /* a datagram with four descriptors: control, stdin, stdout, stderr */

	/* launcher -> engine */
	FRAME_VERB = 0x60, /* one a connection: ROOT, CWD, ARG*, [DEBUG], [SYSTEMD_CGROUP], … */
	/* engine -> launcher: orders (requests) */
	FRAME_READ_FILE = 0x61, /* PATH, LIMIT -> REPLY BYTES */
	FRAME_RESOLVE = 0x62,	/* PATH -> REPLY PATH, the realpath(3) in the caller's mount ns */
	FRAME_SPAWN_MONITOR = 0x63, /* -> PID, START_TIME, NETNS_INODE, EXPORT{NUMBER,MODE}* */
	FRAME_RUN_HOOK = 0x64,	    /* PATH, ARG*, ENV*, [CWD], … -> REPLY CODE, STDOUT, OUTPUT */
	FRAME_WRITE_PID_FILE = 0x65,  /* PATH, PID */
	FRAME_SEND_CONSOLE = 0x66,    /* PATH of the console socket: send the pty master */
	FRAME_SPAWN_SESSION = 0x67,   /* SOCKET, PID of the monitor -> PID, START_TIME, PROCESS */
	FRAME_COMPILE_SECCOMP = 0x68, /* ACTION, [ERRNO], ARCHITECTURE*, RULE* -> REPLY BYTES */
	FRAME_WRITE_OUTPUT = 0x69,    /* OUTPUT for stdout, now */
	FRAME_RUN_PS = 0x6a,	      /* ARG* -> REPLY CODE, OUTPUT: the host's ps(1) */
	/* engine -> launcher, between orders */
	FRAME_LOG = 0x6b, /* LEVEL, TIME, TEXT, [FUNCTION, FILE]: a record for the caller's log */
	/* engine -> launcher: the last frame */
	/* CODE, [OUTPUT] for stdout, [TEXT] the error line, [FUNCTION, FILE] its place */
	FRAME_RESULT = 0x6f,
};

/*
 * Payloads other than of DATA and WINDOW are fields:
 *
 *    0             2             4                8
 *   +-------------+-------------+----------------+-----------
 *   | tag         | zero        | length         | bytes ...
 *   +-------------+-------------+----------------+-----------
 *
 * Numbers are u32 or u64 as the table in docs/protocol.md says; text is bytes without NUL; a group
 * holds fields. A tag that a receiver does not know is an error. Repeated tags form a list.
 */
#define FIELD_HEADER_SIZE 8

enum field_tag {
	FIELD_PROTOCOL = 1,	/* u32 */
	FIELD_PROTOCOL_MIN = 2, /* u32 */
	FIELD_BUILD = 3,	/* text */
	FIELD_STATUS = 4,	/* u32: 0, or an errno */
	FIELD_TEXT = 5,		/* text: what failed, for a person */
	FIELD_CODE = 6,		/* u32: exit code 0 .. 255 */
	FIELD_OUTPUT = 7,	/* bytes */
	FIELD_BYTES = 8,	/* bytes */
	FIELD_PATH = 9,		/* text */
	FIELD_LIMIT = 10,	/* u32 */
	FIELD_ENTROPY = 11,	/* bytes: ENTROPY_SIZE of them, from dom0's random pool */
	FIELD_TIME = 12,	/* u64: nanoseconds since the epoch, UTC */

	/* processes */
	FIELD_PROCESS = 16,	 /* u32 */
	FIELD_SIGNAL = 17,	 /* u32 */
	FIELD_ALL = 18,		 /* u32 0/1: every process of the container */
	FIELD_TERMINAL = 19,	 /* u32 0/1 */
	FIELD_ROWS = 20,	 /* u32 */
	FIELD_COLUMNS = 21,	 /* u32 */
	FIELD_ARG = 22,		 /* text, repeated */
	FIELD_ENV = 23,		 /* text, repeated */
	FIELD_CWD = 24,		 /* text */
	FIELD_UID = 25,		 /* u32 */
	FIELD_GID = 26,		 /* u32 */
	FIELD_GROUP = 27,	 /* u32, repeated */
	FIELD_UMASK = 28,	 /* u32 */
	FIELD_CAP_BOUNDING = 29, /* u64 bit set, as are the next four */
	FIELD_CAP_EFFECTIVE = 30,
	FIELD_CAP_INHERITABLE = 31,
	FIELD_CAP_PERMITTED = 32,
	FIELD_CAP_AMBIENT = 33,
	FIELD_RLIMIT = 34,	  /* group: KIND, SOFT, HARD */
	FIELD_KIND = 35,	  /* u32: RLIMIT_*, or S_IFMT bits of a device */
	FIELD_SOFT = 36,	  /* u64 */
	FIELD_HARD = 37,	  /* u64 */
	FIELD_NO_NEW_PRIVS = 38,  /* u32 0/1 */
	FIELD_OOM_SCORE_ADJ = 39, /* u32, two's complement */
	FIELD_HOOK = 40,	  /* group: PATH, ARG*, ENV* or ENV_INHERITED, [TIMEOUT], [STDIN] */
	FIELD_SECCOMP = 41,	  /* bytes: a program of struct sock_filter */
	FIELD_SECCOMP_FLAGS = 42, /* u32 SECCOMP_FILTER_FLAG_* */
	FIELD_PERSONALITY = 43,	  /* u32 PER_* */
	FIELD_SCHEDULER = 44, /* group: POLICY, FLAGS, NICE, PRIORITY, RUNTIME, DEADLINE, PERIOD */
	FIELD_POLICY = 45,    /* u32 SCHED_* */
	FIELD_NICE = 46,      /* u32, two's complement */
	FIELD_PRIORITY = 47,  /* u32 */
	FIELD_RUNTIME = 48,   /* u64 nanoseconds, as are the next two */
	FIELD_DEADLINE = 49,
	FIELD_PERIOD = 50,
	FIELD_IO_PRIORITY = 51, /* u32: class and priority, as ioprio_set(2) takes them */
	FIELD_RELAYED = 52,	/* u32 0/1: the terminal's newlines go out as they are */

	FIELD_ENV_INHERITED = 53, /* u32 0/1: the environment is that of who runs it */

	/* PREPARE */
	FIELD_HOSTNAME = 64,   /* text */
	FIELD_DOMAINNAME = 65, /* text */
	FIELD_LINK = 66,       /* group: NAME, MAC, MTU, ADDRESS*, [UP], [INDEX], [NUMBER],
				  NETWORK_SYSCTL* */
	FIELD_NAME = 67,       /* text */
	FIELD_MAC = 68,	       /* 6 bytes */
	FIELD_MTU = 69,	       /* u32 */
	FIELD_ADDRESS = 70,    /* group: IP, PREFIX, [BROADCAST], [SCOPE] */
	FIELD_IP = 71,	       /* 4 or 16 bytes */
	FIELD_PREFIX = 72,     /* u32 */
	FIELD_BROADCAST = 73,  /* 4 bytes */
	FIELD_SCOPE = 74,      /* u32 rtnetlink scope */
	FIELD_ROUTE = 75,   /* group: IP, PREFIX, [GATEWAY], [NAME] of the link, [SCOPE], [METRIC],
			       [SOURCE_IP], [ONLINK] */
	FIELD_GATEWAY = 76, /* 4 or 16 bytes */
	FIELD_METRIC = 77,  /* u32 */
	FIELD_SOURCE_IP = 78, /* 4 or 16 bytes */
	FIELD_ONLINK = 79,    /* u32 0/1 */
	FIELD_NEIGHBOUR = 80, /* group: IP, MAC, NAME of the link */
	FIELD_UP = 81,	      /* u32 0/1 */
	FIELD_MOUNT = 82,     /* group: TYPE, TARGET, [SOURCE], FLAGS, [CLEAR_FLAGS], [PROPAGATION],
				 [DATA], [NUMBER], [COPY_UP] */
	FIELD_TYPE = 83,      /* text: file system type, or "export" with NUMBER */
	FIELD_TARGET = 84,    /* text: absolute path in the container */
	FIELD_SOURCE = 85,    /* text */
	FIELD_FLAGS = 86,     /* u64 MS_* to set */
	FIELD_CLEAR_FLAGS = 87, /* u64 MS_* to clear, for binds of an export */
	FIELD_PROPAGATION = 88, /* u64 MS_SHARED, MS_SLAVE, … with MS_REC */
	FIELD_DATA = 89,	/* text: the file system's own options */
	FIELD_NUMBER = 90,	/* u32: an export's number, a vif's, or a query's */
	FIELD_EXPORT = 91,   /* group: NUMBER, MODE, from its server READONLY, FLAGS too; towards it
				NUMBER, PATH, FLAGS, RECURSIVE_FLAGS */
	FIELD_MODE = 92,     /* u32: st_mode */
	FIELD_READONLY = 93, /* u32 0/1 */
	FIELD_MASKED_PATH = 94,	      /* text, repeated */
	FIELD_READONLY_PATH = 95,     /* text, repeated */
	FIELD_SYSCTL = 96,	      /* group: NAME, VALUE */
	FIELD_VALUE = 97,	      /* text */
	FIELD_DEVICE = 98,	      /* group: PATH, KIND, MAJOR, MINOR, MODE, UID, GID */
	FIELD_MAJOR = 99,	      /* u32 */
	FIELD_MINOR = 100,	      /* u32 */
	FIELD_CGROUP_LIMIT = 101,     /* group: NAME of a cgroup2 file, VALUE */
	FIELD_ROOT_PROPAGATION = 102, /* u64 MS_* */
	FIELD_DEVICES_ALLOWED = 103,  /* u32 0/1: what DEVICE_RULEs are exceptions to */
	FIELD_DEVICE_RULE = 104,      /* group: KIND, [MAJOR], [MINOR], ACCESS; absent = any */
	FIELD_ACCESS = 105,	      /* u32 BPF_DEVCG_ACC_* */
	FIELD_COPY_UP = 106,	      /* u32 0/1: the tmpfs begins with what it hides */
	FIELD_HOST_SYSCTL = 110,      /* group: NAME, VALUE: a setting that follows the host's */
	FIELD_NETWORK_SYSCTL = 120,   /* group: NAME, VALUE: one that was changed in the netns */

	/* STATS */
	FIELD_CGROUP_FILE = 107, /* group: NAME, BYTES */
	FIELD_OOM_KILLS = 108,	 /* u64 */

	/* names */
	FIELD_RESOLVER = 116, /* u32 0/1: 127.0.0.11 answers, as Docker's resolver does */
	FIELD_TCP = 117,      /* u32 0/1: asked over TCP, so the answer may be long */

	/* EXPORT */
	FIELD_RECURSIVE_FLAGS = 109, /* u64 MS_* to set on a mount and all that is mounted below */

	/* monitor */
	FIELD_DOMID = 128,	 /* u32 */
	FIELD_RING_REF = 129,	 /* u32 */
	FIELD_PORT = 130,	 /* u32 event channel */
	FIELD_SOCKET = 131,	 /* text: path of a Unix socket */
	FIELD_PID = 132,	 /* u32 */
	FIELD_START_TIME = 133,	 /* u64: field 22 of /proc/PID/stat */
	FIELD_NETNS = 134,	 /* text: path; absent = a new one */
	FIELD_NETNS_INODE = 135, /* u64 */
	FIELD_CGROUP = 136,	 /* text: cgroupfs path below each hierarchy's mount point */
	FIELD_SCOPE_UNIT = 137,	 /* text: systemd scope's unit name … */
	FIELD_SCOPE_SLICE = 138, /* text: … and its slice */
	FIELD_CONTAINER = 139,	 /* text: container id, for the log */

	/* launcher */
	FIELD_ROOT = 160,	    /* text: the canonical --root */
	FIELD_DEBUG = 161,	    /* u32 0/1 */
	FIELD_SYSTEMD_CGROUP = 162, /* u32 0/1 */
	FIELD_TIMEOUT = 163,	    /* u32 milliseconds; absent = none */
	FIELD_STDIN = 164,	    /* bytes */
	FIELD_FOREGROUND = 165, /* u32 0/1: exit as the session does, not when the verb is done */
	FIELD_LEVEL = 166,	/* text: "debug", "info" or "warning" */
	FIELD_FUNCTION = 167,	/* text: where in the source a record or an error comes from … */
	FIELD_FILE = 168,	/* text: … and its file and line */
	FIELD_STDOUT = 169,	/* bytes */

	/* a seccomp profile, in config-linux.md's words */
	FIELD_ACTION = 176,	  /* text */
	FIELD_ERRNO = 177,	  /* u32: what ERRNO and TRACE return; absent = EPERM */
	FIELD_ARCHITECTURE = 178, /* text, repeated */
	FIELD_RULE = 179,	  /* group: NAME+ of system calls, ACTION, [ERRNO], CONDITION* */
	FIELD_CONDITION = 180,	  /* group: INDEX, OPERATOR, DATUM, [DATUM_TWO] */
	FIELD_INDEX = 181,    /* u32: which argument of the system call, or a link's in its netns */
	FIELD_OPERATOR = 182, /* text */
	FIELD_DATUM = 183,    /* u64 */
	FIELD_DATUM_TWO = 184, /* u64 */
};

#endif
