// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** One message to or from xenstored (Xen's public/io/xs_wire.h, {@code struct xsd_sockmsg}). */
record StoreMessage(int type, int request, ByteBuffer payload) {
  static final int READ = 2;
  static final int GET_PERMS = 3;
  static final int WATCH = 4;
  static final int UNWATCH = 5;
  static final int WRITE = 11;
  static final int REMOVE = 13;
  static final int SET_PERMS = 14;
  static final int WATCH_EVENT = 15;
  static final int ERROR = 16;

  /** {@code XENSTORE_PAYLOAD_MAX}. */
  static final int MAX_PAYLOAD = 4096;

  private static final int HEADER_SIZE = 16;
  private static final Pattern END_MARK = Pattern.compile("\0", Pattern.LITERAL);

  StoreMessage {
    payload = payload.asReadOnlyBuffer();
    if (payload.remaining() > MAX_PAYLOAD) {
      throw new StoreException("xenstore message of " + payload.remaining() + " bytes");
    }
  }

  void writeTo(WritableByteChannel channel) throws IOException {
    int length = payload.remaining();
    ByteBuffer bytes = buffer(HEADER_SIZE + length);
    // The third word is the transaction: none.
    bytes.putInt(type).putInt(request).putInt(0).putInt(length).put(payload.duplicate()).flip();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  static StoreMessage readFrom(ReadableByteChannel channel) throws IOException {
    ByteBuffer header = readFully(channel, HEADER_SIZE);
    int type = header.getInt();
    int request = header.getInt();
    header.getInt();
    int length = header.getInt();
    if (length < 0 || length > MAX_PAYLOAD) {
      throw new IOException("xenstored announced " + length + " bytes");
    }
    return new StoreMessage(type, request, readFully(channel, length));
  }

  /** The payload as texts; each has a NUL behind it. */
  List<String> texts() {
    String all = StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
    return List.of(END_MARK.split(all, -1));
  }

  private static ByteBuffer readFully(ReadableByteChannel channel, int size) throws IOException {
    ByteBuffer bytes = buffer(size);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("xenstored closed the connection");
      }
    }
    return bytes.flip();
  }

  private static ByteBuffer buffer(int size) {
    // Same machine: the integers are in its own order.
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }
}
