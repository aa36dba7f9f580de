// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a field holds; one constant per line of protocol.h. */
public enum FieldTag {
  PROTOCOL(1, Kind.U32),
  PROTOCOL_MIN(2, Kind.U32),
  BUILD(3, Kind.TEXT),
  STATUS(4, Kind.U32),
  TEXT(5, Kind.TEXT),
  CODE(6, Kind.U32),
  OUTPUT(7, Kind.BYTES),
  BYTES(8, Kind.BYTES),
  PATH(9, Kind.TEXT),
  LIMIT(10, Kind.U32),
  ENTROPY(11, Kind.BYTES),
  TIME(12, Kind.U64),

  PROCESS(16, Kind.U32),
  SIGNAL(17, Kind.U32),
  ALL(18, Kind.U32),
  TERMINAL(19, Kind.U32),
  ROWS(20, Kind.U32),
  COLUMNS(21, Kind.U32),
  ARG(22, Kind.TEXT),
  ENV(23, Kind.TEXT),
  CWD(24, Kind.TEXT),
  UID(25, Kind.U32),
  GID(26, Kind.U32),
  GROUP(27, Kind.U32),
  UMASK(28, Kind.U32),
  CAP_BOUNDING(29, Kind.U64),
  CAP_EFFECTIVE(30, Kind.U64),
  CAP_INHERITABLE(31, Kind.U64),
  CAP_PERMITTED(32, Kind.U64),
  CAP_AMBIENT(33, Kind.U64),
  RLIMIT(34, Kind.GROUP),
  KIND(35, Kind.U32),
  SOFT(36, Kind.U64),
  HARD(37, Kind.U64),
  NO_NEW_PRIVS(38, Kind.U32),
  OOM_SCORE_ADJ(39, Kind.U32),
  HOOK(40, Kind.GROUP),
  SECCOMP(41, Kind.BYTES),
  SECCOMP_FLAGS(42, Kind.U32),
  PERSONALITY(43, Kind.U32),
  SCHEDULER(44, Kind.GROUP),
  POLICY(45, Kind.U32),
  NICE(46, Kind.U32),
  PRIORITY(47, Kind.U32),
  RUNTIME(48, Kind.U64),
  DEADLINE(49, Kind.U64),
  PERIOD(50, Kind.U64),
  IO_PRIORITY(51, Kind.U32),
  RELAYED(52, Kind.U32),
  ENV_INHERITED(53, Kind.U32),

  HOSTNAME(64, Kind.TEXT),
  DOMAINNAME(65, Kind.TEXT),
  LINK(66, Kind.GROUP),
  NAME(67, Kind.TEXT),
  MAC(68, Kind.BYTES),
  MTU(69, Kind.U32),
  ADDRESS(70, Kind.GROUP),
  IP(71, Kind.BYTES),
  PREFIX(72, Kind.U32),
  BROADCAST(73, Kind.BYTES),
  SCOPE(74, Kind.U32),
  ROUTE(75, Kind.GROUP),
  GATEWAY(76, Kind.BYTES),
  METRIC(77, Kind.U32),
  SOURCE_IP(78, Kind.BYTES),
  ONLINK(79, Kind.U32),
  NEIGHBOUR(80, Kind.GROUP),
  UP(81, Kind.U32),
  MOUNT(82, Kind.GROUP),
  TYPE(83, Kind.TEXT),
  TARGET(84, Kind.TEXT),
  SOURCE(85, Kind.TEXT),
  FLAGS(86, Kind.U64),
  CLEAR_FLAGS(87, Kind.U64),
  PROPAGATION(88, Kind.U64),
  DATA(89, Kind.TEXT),
  NUMBER(90, Kind.U32),
  EXPORT(91, Kind.GROUP),
  MODE(92, Kind.U32),
  READONLY(93, Kind.U32),
  MASKED_PATH(94, Kind.TEXT),
  READONLY_PATH(95, Kind.TEXT),
  SYSCTL(96, Kind.GROUP),
  VALUE(97, Kind.TEXT),
  DEVICE(98, Kind.GROUP),
  MAJOR(99, Kind.U32),
  MINOR(100, Kind.U32),
  CGROUP_LIMIT(101, Kind.GROUP),
  ROOT_PROPAGATION(102, Kind.U64),
  DEVICES_ALLOWED(103, Kind.U32),
  DEVICE_RULE(104, Kind.GROUP),
  ACCESS(105, Kind.U32),
  COPY_UP(106, Kind.U32),
  HOST_SYSCTL(110, Kind.GROUP),
  NETWORK_SYSCTL(120, Kind.GROUP),

  CGROUP_FILE(107, Kind.GROUP),
  OOM_KILLS(108, Kind.U64),

  RESOLVER(116, Kind.U32),
  TCP(117, Kind.U32),

  RECURSIVE_FLAGS(109, Kind.U64),

  DOMID(128, Kind.U32),
  RING_REF(129, Kind.U32),
  PORT(130, Kind.U32),
  SOCKET(131, Kind.TEXT),
  PID(132, Kind.U32),
  START_TIME(133, Kind.U64),
  NETNS(134, Kind.TEXT),
  NETNS_INODE(135, Kind.U64),
  CGROUP(136, Kind.TEXT),
  SCOPE_UNIT(137, Kind.TEXT),
  SCOPE_SLICE(138, Kind.TEXT),
  CONTAINER(139, Kind.TEXT),

  ROOT(160, Kind.TEXT),
  DEBUG(161, Kind.U32),
  SYSTEMD_CGROUP(162, Kind.U32),
  TIMEOUT(163, Kind.U32),
  STDIN(164, Kind.BYTES),
  FOREGROUND(165, Kind.U32),
  LEVEL(166, Kind.TEXT),
  FUNCTION(167, Kind.TEXT),
  FILE(168, Kind.TEXT),
  STDOUT(169, Kind.BYTES),

  ACTION(176, Kind.TEXT),
  ERRNO(177, Kind.U32),
  ARCHITECTURE(178, Kind.TEXT),
  RULE(179, Kind.GROUP),
  CONDITION(180, Kind.GROUP),
  INDEX(181, Kind.U32),
  OPERATOR(182, Kind.TEXT),
  DATUM(183, Kind.U64),
  DATUM_TWO(184, Kind.U64);

  /** How a field's bytes are to be read. */
  public enum Kind {
    U32,
    U64,
    TEXT,
    BYTES,
    GROUP
  }

  private static final Map<Integer, FieldTag> BY_NUMBER = new HashMap<>();

  static {
    for (FieldTag tag : values()) {
      BY_NUMBER.put(tag.number, tag);
    }
  }

  private final int number;
  private final Kind kind;

  FieldTag(int number, Kind kind) {
    this.number = number;
    this.kind = kind;
  }

  /** The number in the field's header. */
  public int number() {
    return number;
  }

  /** How the field's bytes are to be read. */
  public Kind kind() {
    return kind;
  }

  /** The tag with this number, if there is one. */
  public static Optional<FieldTag> of(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }
}
