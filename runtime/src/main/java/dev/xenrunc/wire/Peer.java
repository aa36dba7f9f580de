// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import dev.xenrunc.diagnosis.LogKeys;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The other end of one connection: requests go out and their replies come back, while a reader
 * thread hands everything else to a listener. Every wait is bounded.
 */
public final class Peer implements AutoCloseable {
  /** Told, on the reader thread, what the peer says unasked. */
  public interface Listener {
    /** A message that is no reply. */
    void received(Message message) throws WireException;

    /** The connection has ended; nothing more is received. */
    void closed(WireException why);
  }

  private final String name;
  private final FrameStream stream;
  private final ScheduledExecutorService timer;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, CompletableFuture<Fields>> waiting = new ConcurrentHashMap<>();
  private volatile Optional<WireException> ended = Optional.empty();

  private Peer(String name, FrameStream stream, ScheduledExecutorService timer) {
    this.name = name;
    this.stream = stream;
    this.timer = timer;
  }

  /** What a peer said of itself in its HELLO. */
  public record Hello(long protocol, Optional<String> build) {}

  /**
   * Takes over a connected channel.
   *
   * @param name what errors call the peer
   * @param timer closes the connection when a bounded write or greeting takes too long
   */
  public static Peer over(ByteChannel channel, String name, ScheduledExecutorService timer) {
    return new Peer(name, new FrameStream(channel, Protocol.MESSAGE_MAX_TO_ENGINE), timer);
  }

  /** Exchanges HELLOs. Comes before anything else. */
  public Hello greet(Optional<String> build, Duration limit) throws WireException {
    ScheduledFuture<?> alarm = closeAfter(limit);
    try {
      FieldWriter hello =
          new FieldWriter()
              .put(FieldTag.PROTOCOL, Protocol.VERSION)
              .put(FieldTag.PROTOCOL_MIN, Protocol.VERSION_MIN)
              .putIfPresent(FieldTag.BUILD, build);
      stream.send(FrameType.HELLO, 0, hello.toBytes());
      Fields theirs = expect(FrameType.HELLO).fields();
      long protocol = theirs.number(FieldTag.PROTOCOL);
      if (protocol < Protocol.VERSION_MIN) {
        throw new WireException(
            "the " + name + " speaks protocol " + protocol + ", which is too old");
      }
      return new Hello(protocol, theirs.optionalText(FieldTag.BUILD));
    } finally {
      alarm.cancel(false);
    }
  }

  /** Waits for the next message, before {@link #listen}, and insists on its type. */
  public Message expect(FrameType type) throws WireException {
    Message message = stream.receive();
    if (message.type() != type) {
      throw new WireException("the " + name + " sent " + message.type() + " instead of " + type);
    }
    return message;
  }

  /** Like {@link #expect}, closing the connection when the limit is over. */
  public Message expect(FrameType type, Duration limit) throws WireException {
    ScheduledFuture<?> alarm = closeAfter(limit);
    try {
      return expect(type);
    } finally {
      alarm.cancel(false);
    }
  }

  /** Starts the reader thread. */
  public void listen(Listener listener) {
    Thread reader = new Thread(LogKeys.dropped(() -> readAll(listener)), "wire " + name);
    reader.setDaemon(true);
    reader.start();
  }

  private void readAll(Listener listener) {
    WireException why;
    try {
      while (true) {
        Message message = stream.receive();
        if (message.type() == FrameType.REPLY) {
          CompletableFuture<Fields> reply = waiting.remove(message.stream());
          if (reply != null) {
            reply.complete(message.fields());
          }
        } else {
          listener.received(message);
        }
      }
    } catch (WireException e) {
      why = e;
    }
    stream.close();
    ended = Optional.of(why);
    waiting.values().forEach(reply -> reply.completeExceptionally(ended.orElseThrow()));
    listener.closed(why);
  }

  /** Sends a request and waits for its REPLY, which may carry a STATUS. */
  public Fields request(FrameType type, FieldWriter payload, Duration limit) throws WireException {
    int number = numbers.incrementAndGet();
    CompletableFuture<Fields> reply = new CompletableFuture<>();
    waiting.put(number, reply);
    try {
      throwIfEnded();
      long start = System.nanoTime();
      send(type, number, payload, limit);
      long left = limit.toNanos() - (System.nanoTime() - start);
      return reply.get(Math.max(left, 0), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new WireException(
          "the " + name + " did not answer " + type + " within " + limit.toMillis() + " ms");
    } catch (ExecutionException e) {
      throw new WireException("the " + name + " left without an answer to " + type, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WireException("interrupted while waiting for the " + name);
    } finally {
      waiting.remove(number);
    }
  }

  /** Sends a request and waits for nothing; its REPLY is dropped. */
  public void post(FrameType type, FieldWriter payload, Duration limit) throws WireException {
    throwIfEnded();
    send(type, numbers.incrementAndGet(), payload, limit);
  }

  /** Sends a message that has no REPLY. */
  public void send(FrameType type, FieldWriter payload, Duration limit) throws WireException {
    send(type, 0, payload, limit);
  }

  private void send(FrameType type, int number, FieldWriter payload, Duration limit)
      throws WireException {
    ScheduledFuture<?> alarm = closeAfter(limit);
    try {
      stream.send(type, number, payload.toBytes());
    } finally {
      alarm.cancel(false);
    }
  }

  private void throwIfEnded() throws WireException {
    if (ended.isPresent()) {
      throw new WireException("the " + name + " is gone", ended.get());
    }
  }

  private ScheduledFuture<?> closeAfter(Duration limit) {
    return timer.schedule(stream::close, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Ends the connection; its reader thread ends and tells its listener. */
  @Override
  public void close() {
    stream.close();
  }
}
