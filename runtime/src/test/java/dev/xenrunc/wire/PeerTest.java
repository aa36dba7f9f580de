// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private SocketChannel near;
  private SocketChannel far;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      near = SocketChannel.open(address);
      far = server.accept();
    }
  }

  @AfterEach
  void close() throws IOException {
    near.close();
    far.close();
    timer.shutdownNow();
  }

  @Test
  void helloTellsTheBuild() throws Exception {
    Peer peer = Peer.over(near, "other", timer);
    Peer other = Peer.over(far, "peer", timer);
    CompletableFuture<Peer.Hello> heard =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return other.greet(Optional.of("b2"), LIMIT);
              } catch (WireException e) {
                throw new IllegalStateException(e);
              }
            });

    assertEquals(Optional.of("b2"), peer.greet(Optional.of("b1"), LIMIT).build());
    assertEquals(Optional.of("b1"), heard.get(20, TimeUnit.SECONDS).build());
  }

  @Test
  void greetingASilentPeerEnds() {
    Peer peer = Peer.over(near, "other", timer);

    assertThrows(WireException.class, () -> peer.greet(Optional.empty(), Duration.ofMillis(50)));
  }

  @Test
  void repliesFindTheirRequestsInAnyOrder() throws Exception {
    FrameStream other = new FrameStream(far, Protocol.MESSAGE_MAX_TO_ENGINE);
    Peer peer = Peer.over(near, "other", timer);
    peer.listen(new Recorder());
    CompletableFuture<Long> first = request(peer, FrameType.PING);
    Message one = other.receive();
    CompletableFuture<Long> second = request(peer, FrameType.SCAN_NET);
    Message two = other.receive();

    other.send(FrameType.REPLY, two.stream(), code(2));
    other.send(FrameType.REPLY, one.stream(), code(1));

    assertEquals(1, first.get(20, TimeUnit.SECONDS));
    assertEquals(2, second.get(20, TimeUnit.SECONDS));
  }

  @Test
  void aMessageOfManyFramesArrivesWhole() throws Exception {
    FrameStream other = new FrameStream(far, Protocol.MESSAGE_MAX_TO_ENGINE);
    Peer peer = Peer.over(near, "other", timer);
    peer.listen(new Recorder());
    byte[] big = new byte[300_000];
    big[299_999] = 42;
    CompletableFuture<byte[]> got =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return peer.request(FrameType.READ_FILE, new FieldWriter(), LIMIT)
                    .bytes(FieldTag.BYTES);
              } catch (WireException e) {
                throw new IllegalStateException(e);
              }
            });
    Message asked = other.receive();

    other.send(
        FrameType.REPLY, asked.stream(), new FieldWriter().put(FieldTag.BYTES, big).toBytes());

    assertEquals(42, got.get(20, TimeUnit.SECONDS)[299_999]);
  }

  @Test
  void aRequestThatIsNotAnsweredEndsInTime() {
    Peer peer = Peer.over(near, "other", timer);
    peer.listen(new Recorder());

    WireException e =
        assertThrows(
            WireException.class,
            () -> peer.request(FrameType.PING, new FieldWriter(), Duration.ofMillis(30)));
    assertEquals("the other did not answer PING within 30 ms", e.getMessage());
  }

  @Test
  void theEndOfTheConnectionFailsRequestsAndIsTold() throws Exception {
    Recorder recorder = new Recorder();
    Peer peer = Peer.over(near, "other", timer);
    peer.listen(recorder);
    CompletableFuture<Long> waiting = request(peer, FrameType.PING);
    new FrameStream(far, Protocol.MESSAGE_MAX_TO_ENGINE).receive();

    far.close();

    assertThrows(Exception.class, () -> waiting.get(20, TimeUnit.SECONDS));
    assertTrue(recorder.ends.poll(20, TimeUnit.SECONDS) != null);
    assertThrows(WireException.class, () -> peer.request(FrameType.PING, new FieldWriter(), LIMIT));
  }

  @Test
  void aMalformedHeaderEndsTheConnection() throws Exception {
    for (byte[] header :
        new byte[][] {
          {0x7e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
          {1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
          {1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
          {1, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 0x80, 0, 0},
          {1, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1}
        }) {
      FrameStream stream = new FrameStream(near, 100);
      far.write(ByteBuffer.wrap(header));
      assertThrows(WireException.class, stream::receive);
    }
  }

  @Test
  void aMessageOverItsLimitIsRefused() throws Exception {
    FrameStream stream = new FrameStream(near, 50_000);
    FrameStream other = new FrameStream(far, 50_000);
    CompletableFuture<Void> sent =
        CompletableFuture.runAsync(
            () -> {
              try {
                other.send(FrameType.VERB, 0, new byte[60_000]);
              } catch (WireException e) {
                throw new IllegalStateException(e);
              }
            });

    assertThrows(WireException.class, stream::receive);
    sent.join();
  }

  private static CompletableFuture<Long> request(Peer peer, FrameType type) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return peer.request(type, new FieldWriter(), LIMIT).number(FieldTag.CODE);
          } catch (WireException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static byte[] code(int code) {
    return new FieldWriter().put(FieldTag.CODE, code).toBytes();
  }

  private static final class Recorder implements Peer.Listener {
    final BlockingQueue<WireException> ends = new LinkedBlockingQueue<>();

    @Override
    public void received(Message message) {}

    @Override
    public void closed(WireException why) {
      ends.add(why);
    }
  }
}
