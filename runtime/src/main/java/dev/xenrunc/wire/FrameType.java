// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import java.util.Optional;

/** What a frame says; one constant per row of docs/protocol.md. */
public enum FrameType {
  HELLO(0x01),
  REPLY(0x02),
  PING(0x03),

  DATA(0x10),
  END(0x11),
  WINDOW(0x12),

  PREPARE(0x20),
  RUN(0x21),
  SIGNAL(0x22),
  RESIZE(0x23),
  SHUTDOWN(0x24),
  REFRESH(0x25),
  UPDATE(0x26),
  STATS(0x27),
  NETWORK(0x28),
  OOM(0x2e),
  EXITED(0x2f),
  CLOCK_SET(0x30),
  TIME_ASKED(0x31),
  TIME(0x32),
  DNS_QUERY(0x34),
  DNS_ANSWER(0x35),

  CONNECT(0x40),
  SCAN_NET(0x41),
  STOP(0x42),
  NETWORK_CHANGED(0x4e),
  LOST(0x4f),

  ATTACH(0x50),

  VERB(0x60),
  READ_FILE(0x61),
  RESOLVE(0x62),
  SPAWN_MONITOR(0x63),
  RUN_HOOK(0x64),
  WRITE_PID_FILE(0x65),
  SEND_CONSOLE(0x66),
  SPAWN_SESSION(0x67),
  COMPILE_SECCOMP(0x68),
  WRITE_OUTPUT(0x69),
  RUN_PS(0x6a),
  LOG(0x6b),
  RESULT(0x6f);

  private static final FrameType[] BY_CODE = new FrameType[256];

  static {
    for (FrameType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  /** The number in the frame's first byte. */
  public int code() {
    return code;
  }

  /** The type with this number, if there is one. */
  public static Optional<FrameType> of(int code) {
    return code < 0 || code > 255 ? Optional.empty() : Optional.ofNullable(BY_CODE[code]);
  }
}
