// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages over a blocking byte channel: cuts what is sent into frames and puts received frames
 * together. One thread may receive while others send.
 */
public final class FrameStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FrameStream.class);

  private record Assembly(FrameType type, int stream) {}

  private final ByteChannel channel;
  private final int messageMax;
  private final ByteBuffer header =
      ByteBuffer.allocate(Protocol.FRAME_HEADER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
  private final Map<Assembly, ByteArrayOutputStream> unfinished = new HashMap<>();
  private final Object sending = new Object();
  private int unfinishedBytes;

  /** Takes over the channel; a received message may have {@code messageMax} bytes. */
  public FrameStream(ByteChannel channel, int messageMax) {
    this.channel = channel;
    this.messageMax = messageMax;
  }

  /** Sends one message, in as many frames as it needs. */
  public void send(FrameType type, int stream, byte[] payload) throws WireException {
    LOG.trace(">> {} stream={} len={}", type, Integer.toUnsignedString(stream), payload.length);
    synchronized (sending) {
      int from = 0;
      do {
        int length = Math.min(payload.length - from, Protocol.FRAME_PAYLOAD_MAX);
        boolean more = from + length < payload.length;
        ByteBuffer frame =
            ByteBuffer.allocate(Protocol.FRAME_HEADER_SIZE + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) type.code())
                .put((byte) (more ? Protocol.FRAME_MORE : 0))
                .putShort((short) 0)
                .putInt(stream)
                .putInt(length)
                .put(payload, from, length)
                .flip();
        writeAll(frame);
        from += length;
      } while (from < payload.length);
    }
  }

  /** Waits for the next whole message. */
  public Message receive() throws WireException {
    while (true) {
      header.clear();
      readAll(header);
      header.flip();
      int code = Byte.toUnsignedInt(header.get());
      int flags = Byte.toUnsignedInt(header.get());
      int zero = header.getShort();
      int stream = header.getInt();
      int length = header.getInt();
      if (zero != 0
          || (flags & ~Protocol.FRAME_MORE) != 0
          || length < 0
          || length > Protocol.FRAME_PAYLOAD_MAX) {
        throw new WireException("malformed frame header");
      }
      FrameType type =
          FrameType.of(code).orElseThrow(() -> new WireException("unknown frame type " + code));
      byte[] payload = new byte[length];
      readAll(ByteBuffer.wrap(payload));
      boolean more = flags != 0;
      Assembly key = new Assembly(type, stream);
      if (!more && !unfinished.containsKey(key)) {
        return received(new Message(type, stream, payload));
      }
      unfinishedBytes += length;
      if (unfinishedBytes > messageMax) {
        throw new WireException("message of over " + messageMax + " bytes");
      }
      ByteArrayOutputStream whole =
          unfinished.computeIfAbsent(key, unused -> new ByteArrayOutputStream());
      whole.writeBytes(payload);
      if (!more) {
        unfinished.remove(key);
        unfinishedBytes -= whole.size();
        return received(new Message(type, stream, whole.toByteArray()));
      }
    }
  }

  private static Message received(Message message) {
    LOG.trace("<< {}", message);
    return message;
  }

  private void writeAll(ByteBuffer bytes) throws WireException {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new WireException("the connection broke while sending", e);
    }
  }

  private void readAll(ByteBuffer bytes) throws WireException {
    try {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new WireException("the connection was closed by the peer");
        }
      }
    } catch (WireException e) {
      throw e;
    } catch (IOException e) {
      throw new WireException("the connection broke while receiving", e);
    }
  }

  /** Closes the channel; a thread that waits in {@link #receive} is let go. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("close a connection: {}", e.getMessage());
    }
  }
}
