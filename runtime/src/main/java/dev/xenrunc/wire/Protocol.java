// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

/** The protocol's version and limits, as protocol.h has them. */
public final class Protocol {
  public static final int VERSION = 1;
  public static final int VERSION_MIN = 1;

  public static final int FRAME_HEADER_SIZE = 12;
  public static final int FRAME_PAYLOAD_MAX = 32768;
  public static final int FRAME_MORE = 0x01;

  public static final int MESSAGE_MAX_TO_ENGINE = 17 << 20;

  public static final int PROCESS_MAIN = 1;
  public static final int ENTROPY_SIZE = 32;

  private Protocol() {}
}
