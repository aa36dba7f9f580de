// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A xenstored of one connection at a time: nodes in a map, watches, and ways to misbehave. */
public final class FakeXenstored implements AutoCloseable {
  private static final String PERMISSIONS = "n7\0r0\0";

  private final Map<String, byte[]> nodes = new TreeMap<>();
  private final Map<String, String> watches = new TreeMap<>();
  private final ServerSocketChannel server;
  private SocketChannel client;
  private boolean silent;

  public FakeXenstored(Path socket) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread thread = new Thread(this::serve, "fake xenstored");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (server.isOpen()) {
      serveOne();
    }
  }

  private void serveOne() {
    try (SocketChannel accepted = server.accept()) {
      synchronized (this) {
        client = accepted;
        watches.clear();
      }
      while (true) {
        answer(StoreMessage.readFrom(accepted));
      }
    } catch (IOException e) {
      // The client, or the test, ended the connection.
    }
  }

  private synchronized void answer(StoreMessage message) throws IOException {
    if (silent) {
      return;
    }
    String path = message.texts().get(0);
    switch (message.type()) {
      case StoreMessage.READ -> {
        byte[] value = nodes.get(path);
        reply(
            message,
            value == null ? "ENOENT\0".getBytes(StandardCharsets.UTF_8) : value,
            value != null);
      }
      case StoreMessage.WRITE -> {
        change(path, message.texts().get(1).getBytes(StandardCharsets.UTF_8));
        ok(message);
      }
      case StoreMessage.REMOVE -> {
        boolean there = nodes.keySet().removeIf(node -> (node + "/").startsWith(path + "/"));
        reply(message, (there ? "OK\0" : "ENOENT\0").getBytes(StandardCharsets.UTF_8), there);
      }
      case StoreMessage.GET_PERMS, StoreMessage.SET_PERMS -> permissions(message, path);
      case StoreMessage.WATCH -> {
        watches.put(message.texts().get(1), path);
        ok(message);
        event(path, message.texts().get(1));
      }
      case StoreMessage.UNWATCH -> {
        watches.remove(message.texts().get(1));
        ok(message);
      }
      default -> reply(message, "EINVAL\0".getBytes(StandardCharsets.UTF_8), false);
    }
  }

  /** Every node has the same, and they cannot be changed to others. */
  private void permissions(StoreMessage message, String path) throws IOException {
    if (!nodes.containsKey(path)) {
      reply(message, "ENOENT\0".getBytes(StandardCharsets.UTF_8), false);
    } else if (message.type() == StoreMessage.GET_PERMS) {
      reply(message, PERMISSIONS.getBytes(StandardCharsets.UTF_8), true);
    } else {
      boolean same = String.join("\0", message.texts()).equals(path + "\0" + PERMISSIONS);
      reply(message, (same ? "OK\0" : "EINVAL\0").getBytes(StandardCharsets.UTF_8), same);
      fire(path);
    }
  }

  private void ok(StoreMessage request) throws IOException {
    reply(request, "OK\0".getBytes(StandardCharsets.UTF_8), true);
  }

  private void reply(StoreMessage request, byte[] payload, boolean success) throws IOException {
    int type = success ? request.type() : StoreMessage.ERROR;
    new StoreMessage(type, request.request(), ByteBuffer.wrap(payload)).writeTo(client);
  }

  private void event(String path, String token) throws IOException {
    ByteBuffer payload = StandardCharsets.UTF_8.encode(path + "\0" + token + "\0");
    new StoreMessage(StoreMessage.WATCH_EVENT, 0, payload).writeTo(client);
  }

  /** A guest, or libxl, writes. */
  public synchronized void change(String path, byte[] value) {
    nodes.put(path, value);
    fire(path);
  }

  public void change(String path, String value) {
    change(path, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends the events that a change at a path, or a special one, has. */
  public synchronized void fire(String path) {
    try {
      for (Map.Entry<String, String> watch : Map.copyOf(watches).entrySet()) {
        if ((path + "/").startsWith(watch.getValue() + "/")) {
          event(path, watch.getKey());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends bytes as they are. */
  synchronized void send(byte... bytes) throws IOException {
    client.write(ByteBuffer.wrap(bytes));
  }

  /** From now on it reads and says nothing, as one that is stopped. */
  public synchronized void fallSilent() {
    silent = true;
  }

  /** Ends the connection; the next one is served as if nothing had been. */
  public synchronized void hangUp() throws IOException {
    silent = false;
    client.close();
  }

  public synchronized List<String> watchedPaths() {
    return List.copyOf(watches.values());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
