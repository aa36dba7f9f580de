// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

/** One whole message: its frames put together. */
public final class Message {
  private final FrameType type;
  private final int stream;
  private final byte[] payload;

  Message(FrameType type, int stream, byte[] payload) {
    this.type = type;
    this.stream = stream;
    this.payload = payload;
  }

  /** What it says. */
  public FrameType type() {
    return type;
  }

  /** The request number in requests and replies, zero elsewhere. */
  public int stream() {
    return stream;
  }

  /** The payload's fields. */
  public Fields fields() throws WireException {
    return Fields.parse(payload);
  }

  @Override
  public String toString() {
    return type + " stream=" + Integer.toUnsignedString(stream) + " len=" + payload.length;
  }
}
