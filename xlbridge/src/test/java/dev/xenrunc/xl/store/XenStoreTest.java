// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XenStoreTest {
  @TempDir private Path directory;
  private FakeXenstored xenstored;
  private XenStore store;

  @BeforeEach
  void start() throws IOException {
    Path socket = directory.resolve("socket");
    xenstored = new FakeXenstored(socket);
    store = new XenStore(socket);
  }

  @AfterEach
  void stop() throws IOException {
    store.close();
    xenstored.close();
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  private static Deadline now() {
    return Deadline.after(Duration.ofMillis(200));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "a value of words", "é 🐳"})
  void valueThatIsWrittenIsRead(String value) {
    store.write("/a/b", value, soon());

    assertEquals(Optional.of(value), store.read("/a/b", soon()));
  }

  @Test
  void touchedNodeIsLookedAtAndStaysAsItIs() throws Exception {
    store.write("/a/b", "1", soon());
    try (StoreWatch watch = store.watch(List.of("/a"), soon())) {
      watch.await("the first event", soon());

      store.touch("/a/b", soon());

      watch.await("the event of the touch", soon());
      assertEquals(Optional.of("1"), store.read("/a/b", soon()));
    }
  }

  @Test
  void touchMakesNothing() {
    store.touch("/a/b", soon());

    assertEquals(Optional.empty(), store.read("/a/b", soon()));
  }

  @Test
  void removedNodeIsNotThere() {
    store.write("/a/b", "1", soon());
    store.remove("/a", soon());

    assertEquals(Optional.empty(), store.read("/a/b", soon()));
    store.remove("/a", soon());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "8", "4294967295"})
  void numberIsRead(String text) {
    xenstored.change("/n", text);

    assertEquals(OptionalLong.of(Long.parseLong(text)), store.readNumber("/n", soon()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "+1", " 1", "1 ", "01", "0x1", "1e3", "٣", "4294967296", "99999999999"})
  void textThatIsNoNumberIsRefused(String text) {
    xenstored.change("/n", text);

    assertThrows(StoreException.class, () -> store.readNumber("/n", soon()));
  }

  @Test
  void missingNumberIsEmpty() {
    assertEquals(OptionalLong.empty(), store.readNumber("/n", soon()));
  }

  @Test
  void hostileValuesAreRefused() {
    List<byte[]> hostile =
        List.of(
            new byte[] {'1', 0},
            new byte[] {'a', '\n', 'b'},
            new byte[] {0x1b, '[', '2', 'J'},
            new byte[] {(byte) 0xff, (byte) 0xfe},
            new byte[] {(byte) 0xc3},
            new byte[2049]);
    for (byte[] value : hostile) {
      xenstored.change("/v", value);
      assertThrows(StoreException.class, () -> store.read("/v", soon()));
    }
  }

  @Test
  void overlongRequestIsRefusedHere() {
    String value = "x".repeat(4096);

    assertThrows(StoreException.class, () -> store.write("/v", value, soon()));
    assertEquals(Optional.empty(), store.read("/v", soon()));
  }

  @Test
  void silentXenstoredIsLeftAtTheDeadline() {
    store.write("/a", "1", soon());
    xenstored.fallSilent();

    assertThrows(DeadlineExceededException.class, () -> store.read("/a", now()));
    assertThrows(DeadlineExceededException.class, () -> store.watch(List.of("/a"), now()));
  }

  /** Each request that is never answered stays in the socket's buffer. */
  @Test
  void silentXenstoredIsNotFloodedWithRequests() {
    store.write("/a", "1", soon());
    xenstored.fallSilent();

    IntStream.range(0, 40)
        .forEach(
            i -> {
              Deadline deadline = Deadline.after(Duration.ofMillis(5));
              assertThrows(DeadlineExceededException.class, () -> store.read("/a", deadline));
            });
  }

  @Test
  void missingXenstoredIsNamed() {
    Path nowhere = directory.resolve("nowhere");
    try (XenStore lost = new XenStore(nowhere)) {
      StoreException e = assertThrows(StoreException.class, () -> lost.read("/a", soon()));
      assertTrue(e.getMessage().startsWith("xenstore read /a: "), e::getMessage);
    }
  }

  @Test
  void requestUnderWayFailsWhenTheConnectionEndsAndTheNextConnectsAgain() throws Exception {
    store.write("/a", "1", soon());
    xenstored.fallSilent();
    CompletableFuture<Optional<String>> asked =
        CompletableFuture.supplyAsync(() -> store.read("/a", soon()));
    assertThrows(Exception.class, () -> asked.get(100, TimeUnit.MILLISECONDS));

    xenstored.hangUp();

    assertThrows(Exception.class, () -> asked.get(10, TimeUnit.SECONDS));
    assertEquals(Optional.of("1"), store.read("/a", soon()));
  }

  @Test
  void answerThatIsTooLongEndsTheConnection() throws Exception {
    store.write("/a", "1", soon());
    xenstored.fallSilent();
    CompletableFuture<Optional<String>> asked =
        CompletableFuture.supplyAsync(() -> store.read("/a", soon()));
    assertThrows(Exception.class, () -> asked.get(100, TimeUnit.MILLISECONDS));

    xenstored.send(new byte[] {2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, 127});

    Exception e = assertThrows(Exception.class, () -> asked.get(10, TimeUnit.SECONDS));
    assertTrue(e.getMessage().contains("announced 2147483647 bytes"), e::getMessage);
  }

  @Test
  void watchOfAnEndedConnectionSaysSo() throws Exception {
    try (StoreWatch watch = store.watch(List.of("/a"), soon())) {
      watch.await("first event", soon());
      xenstored.hangUp();
      assertThrows(StoreException.class, () -> watch.await("event", soon()));
    }
  }

  @Test
  void eventsOfOthersDoNotWake() throws Exception {
    try (StoreWatch watch = store.watch(List.of("/a", "@releaseDomain"), soon())) {
      watch.await("first event", soon());
      // The second path's own first event may come after the first one's.
      store.read("/a", soon());
      try {
        watch.await("second path", now());
      } catch (DeadlineExceededException e) {
        assertFalse(e.getMessage().isEmpty());
      }
      xenstored.change("/b", "1");
      assertThrows(DeadlineExceededException.class, () -> watch.await("event", now()));
      xenstored.fire("@releaseDomain");
      watch.await("event", soon());
    }
  }
}
