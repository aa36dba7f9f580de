// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.FrameStream;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.wire.Message;
import dev.xenrunc.wire.WireException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A monitor that says yes to everything but what it is told to refuse; a process stands for it. */
final class FakeMonitor {
  private static final int EINVAL = 22;

  /**
   * A link of the container's network namespace.
   *
   * @param mac its MAC's last byte
   * @param address its address's last byte
   */
  record Link(String name, int mac, int index, int address) {
    private FieldWriter group() {
      byte last = (byte) address;
      return new FieldWriter()
          .put(FieldTag.NAME, name)
          .put(FieldTag.MAC, new byte[] {2, 0x42, 0, 0, 0, (byte) mac})
          .put(
              FieldTag.ADDRESS,
              new FieldWriter()
                  .put(FieldTag.IP, new byte[] {10, 0, 0, last})
                  .put(FieldTag.PREFIX, 24))
          .put(FieldTag.INDEX, index);
    }

    private FieldWriter route() {
      return new FieldWriter()
          .put(FieldTag.IP, new byte[] {10, (byte) address, 0, 0})
          .put(FieldTag.PREFIX, 16)
          .put(FieldTag.NAME, name);
    }
  }

  final Process process;
  final List<FrameType> asked = new CopyOnWriteArrayList<>();
  volatile Message lastRun;
  volatile List<Link> links = List.of();

  /** The last PREPARE or NETWORK. */
  volatile Message lastNetwork;

  private final ServerSocketChannel listener;
  volatile String refused;
  private volatile FrameStream engine;
  volatile boolean silent;

  FakeMonitor(Path socket, String refused) {
    this.refused = refused;
    try {
      process = new ProcessBuilder("sleep", "600").start();
      Files.createDirectories(socket.getParent());
      listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(this::serve);
  }

  /** All but looks at the network namespace, which the engine takes when it likes. */
  List<FrameType> askedOfGuest() {
    return asked.stream().filter(type -> type != FrameType.SCAN_NET).toList();
  }

  ProcessIdentity identity() {
    return ProcessIdentity.of(process.pid()).orElseThrow();
  }

  /** The guest says that the main process is gone; the monitor exits. */
  void exit(int code) throws WireException {
    FieldWriter fields = new FieldWriter().put(FieldTag.PROCESS, 1).put(FieldTag.CODE, code);
    engine.send(FrameType.EXITED, 0, fields.toBytes());
    die();
  }

  /** The container's network namespace has these links from now on. */
  void network(Link... now) throws WireException {
    links = List.of(now);
    engine.send(FrameType.NETWORK_CHANGED, 0, new byte[0]);
  }

  void oom(long kills) throws WireException {
    engine.send(FrameType.OOM, 0, new FieldWriter().put(FieldTag.OOM_KILLS, kills).toBytes());
  }

  void lose(String why) throws WireException {
    engine.send(FrameType.LOST, 0, new FieldWriter().put(FieldTag.TEXT, why).toBytes());
  }

  void die() {
    process.destroyForcibly().onExit().join();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (engine != null) {
      engine.close();
    }
  }

  /** Ends the engine's connection and goes on. */
  void hangUp() {
    engine.close();
  }

  /** A newer engine replaces the older one. */
  private void serve() {
    try {
      while (true) {
        FrameStream stream = new FrameStream(listener.accept(), 4 << 20);
        if (engine != null) {
          engine.close();
        }
        engine = stream;
        run(() -> serve(stream));
      }
    } catch (IOException e) {
      process.destroyForcibly();
    }
  }

  private void serve(FrameStream stream) {
    FieldWriter hello = new FieldWriter().put(FieldTag.PROTOCOL, 1).put(FieldTag.PROTOCOL_MIN, 1);
    try {
      stream.send(FrameType.HELLO, 0, hello.toBytes());
      stream.receive();
      while (true) {
        answer(stream, stream.receive());
      }
    } catch (WireException e) {
      stream.close();
    }
  }

  private static void run(Runnable work) {
    Thread thread = new Thread(work, "fake monitor");
    thread.setDaemon(true);
    thread.start();
  }

  private void answer(FrameStream stream, Message message) throws WireException {
    asked.add(message.type());
    if (message.type() == FrameType.RUN) {
      lastRun = message;
    }
    if (message.type() == FrameType.PREPARE || message.type() == FrameType.NETWORK) {
      lastNetwork = message;
    }
    if (message.type() == FrameType.STOP) {
      die();
      return;
    }
    if (silent) {
      return;
    }
    FieldWriter reply = new FieldWriter();
    if (message.type().name().equals(refused)) {
      reply.put(FieldTag.STATUS, EINVAL).put(FieldTag.TEXT, "refused as it was told");
    } else {
      reply.put(FieldTag.STATUS, 0);
      if (message.type() == FrameType.SCAN_NET) {
        links.forEach(link -> reply.put(FieldTag.LINK, link.group()));
        links.forEach(link -> reply.put(FieldTag.ROUTE, link.route()));
      }
    }
    stream.send(FrameType.REPLY, message.stream(), reply.toBytes());
  }
}
