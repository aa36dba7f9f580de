// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.store;

import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.diagnosis.LogKeys;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection to xenstored: requests of any thread, one thread that reads what comes back. */
final class StoreConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreConnection.class);

  /**
   * So few fit into the socket's buffer: a request never waits in write() while xenstored hangs.
   */
  private static final int MAX_UNANSWERED = 32;

  private static final long READER_STACK = 256 * 1024;

  private final SocketChannel channel;
  private final AtomicInteger lastRequest = new AtomicInteger();
  private final Map<Integer, CompletableFuture<StoreMessage>> unanswered =
      new ConcurrentHashMap<>();
  private final Semaphore slots = new Semaphore(MAX_UNANSWERED);
  private final Map<String, Runnable> watchers = new ConcurrentHashMap<>();
  private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
  private final Object writing = new Object();
  private volatile boolean broken;

  private StoreConnection(SocketChannel channel) {
    this.channel = channel;
  }

  /** Begins to connect: even that can take for ever while xenstored hangs. */
  static StoreConnection open(Path socket) {
    try {
      StoreConnection connection =
          new StoreConnection(SocketChannel.open(StandardProtocolFamily.UNIX));
      Runnable work = () -> connection.connectAndRead(socket);
      Thread reader = new Thread(null, LogKeys.dropped(work), "xenstore", READER_STACK);
      reader.setDaemon(true);
      reader.start();
      return connection;
    } catch (IOException e) {
      throw new StoreException("connect to xenstored at " + socket, e);
    }
  }

  boolean isBroken() {
    return broken;
  }

  /** Sends a request and returns its answer, which may be an error. */
  StoreMessage ask(String what, int type, ByteBuffer payload, Deadline deadline) {
    LOG.debug("{}", what);
    await(what, connected, deadline);
    try {
      if (!slots.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new DeadlineExceededException(what);
      }
    } catch (InterruptedException e) {
      throw interrupted(what);
    }
    return await(what, send(what, type, payload), deadline);
  }

  private static <T> T await(String what, CompletableFuture<T> future, Deadline deadline) {
    try {
      return future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new DeadlineExceededException(what);
    } catch (ExecutionException e) {
      throw new StoreException(what, e);
    } catch (InterruptedException e) {
      throw interrupted(what);
    }
  }

  private static StoreException interrupted(String what) {
    Thread.currentThread().interrupt();
    return new StoreException(what + ": interrupted");
  }

  private CompletableFuture<StoreMessage> send(String what, int type, ByteBuffer payload) {
    int request = lastRequest.incrementAndGet();
    CompletableFuture<StoreMessage> answer = new CompletableFuture<>();
    unanswered.put(request, answer);
    try {
      synchronized (writing) {
        new StoreMessage(type, request, payload).writeTo(channel);
      }
    } catch (IOException e) {
      breakOff(e);
      throw new StoreException(what, e);
    }
    if (broken) {
      breakOff(new IOException("xenstored closed the connection"));
    }
    return answer;
  }

  /** Runs {@code onEvent} on the reading thread for each event of a watch with this token. */
  void listen(String token, Runnable onEvent) {
    watchers.put(token, onEvent);
  }

  void forget(String token) {
    watchers.remove(token);
  }

  private void connectAndRead(Path socket) {
    try {
      connect(socket);
      connected.complete(true);
      while (true) {
        dispatch(StoreMessage.readFrom(channel));
      }
    } catch (IOException e) {
      breakOff(e);
    }
  }

  private void connect(Path socket) throws IOException {
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new IOException("connect to xenstored at " + socket + ": " + Cause.words(e), e);
    }
  }

  private void dispatch(StoreMessage message) {
    if (message.type() == StoreMessage.WATCH_EVENT) {
      // The path, then the watch's token.
      List<String> event = message.texts();
      Runnable watcher = event.size() < 2 ? null : watchers.get(event.get(1));
      if (watcher != null) {
        watcher.run();
      }
      return;
    }
    CompletableFuture<StoreMessage> answer = unanswered.remove(message.request());
    if (answer != null) {
      slots.release();
      answer.complete(message);
    }
  }

  private void breakOff(IOException cause) {
    broken = true;
    close();
    connected.completeExceptionally(cause);
    for (Integer request : List.copyOf(unanswered.keySet())) {
      CompletableFuture<StoreMessage> answer = unanswered.remove(request);
      if (answer != null) {
        slots.release();
        answer.completeExceptionally(cause);
      }
    }
    // Whoever waits for an event looks again, and is told then.
    watchers.values().forEach(Runnable::run);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("close of the connection to xenstored", e);
    }
  }
}
