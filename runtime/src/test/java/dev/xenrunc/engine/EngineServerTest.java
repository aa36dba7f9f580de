// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.diagnosis.LogKeys;
import dev.xenrunc.diagnosis.Place;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.FrameStream;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.wire.Message;
import dev.xenrunc.wire.Protocol;
import dev.xenrunc.wire.WireException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What launchers are told of while their verbs run. */
class EngineServerTest {
  private static final Logger LOG = LoggerFactory.getLogger(EngineServerTest.class);

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  @TempDir private Path directory;
  private Path socket;

  @BeforeEach
  void nameTheSocket() {
    socket = directory.resolve("s");
  }

  @AfterEach
  void endThreads() {
    executor.shutdownNow();
    timer.shutdownNow();
  }

  /** What a verb does. */
  @FunctionalInterface
  private interface Work {
    VerbResult run(VerbCall call, Launcher launcher);
  }

  private void serve(Work work) throws IOException {
    Verbs verbs =
        new Verbs() {
          @Override
          public VerbResult run(VerbCall call, Launcher launcher) {
            return work.run(call, launcher);
          }

          @Override
          public boolean isIdle() {
            return false;
          }
        };
    EngineServer server =
        new EngineServer(
            new EngineServer.Settings(socket, "b", Duration.ofMinutes(1)), verbs, executor, timer);
    executor.execute(server::serve);
  }

  /** A launcher that has asked for a verb. */
  private FrameStream ask(String verb, boolean debug) throws IOException {
    FrameStream launcher =
        new FrameStream(
            SocketChannel.open(UnixDomainSocketAddress.of(socket)), Protocol.MESSAGE_MAX_TO_ENGINE);
    FieldWriter hello =
        new FieldWriter()
            .put(FieldTag.PROTOCOL, Protocol.VERSION)
            .put(FieldTag.PROTOCOL_MIN, Protocol.VERSION_MIN)
            .put(FieldTag.BUILD, "b");
    launcher.send(FrameType.HELLO, 0, hello.toBytes());
    FieldWriter call =
        new FieldWriter()
            .put(FieldTag.ROOT, "/r")
            .put(FieldTag.CWD, "/")
            .put(FieldTag.ARG, verb)
            .put(FieldTag.DEBUG, debug);
    launcher.send(FrameType.VERB, 0, call.toBytes());
    assertEquals(FrameType.HELLO, launcher.receive().type());
    return launcher;
  }

  /** The texts of its records until the verb ends. */
  private static List<String> records(FrameStream launcher) throws WireException {
    List<String> texts = new ArrayList<>();
    while (true) {
      Message message = launcher.receive();
      if (message.type() == FrameType.RESULT) {
        return texts;
      }
      assertEquals(FrameType.LOG, message.type());
      texts.add(message.fields().text(FieldTag.TEXT));
    }
  }

  @Test
  void eachCallerIsToldOfItsOwnVerbOnly() throws Exception {
    CountDownLatch allRun = new CountDownLatch(3);
    serve(
        (call, launcher) -> {
          await(allRun);
          LOG.debug("debug of {}", call.verb());
          CompletableFuture.runAsync(
                  () -> LOG.info("elsewhere {}", call.verb()), LogKeys.carriedBy(executor))
              .join();
          LOG.error("the result says it");
          LOG.trace("too much");
          return VerbResult.done();
        });
    try (FrameStream one = ask("one", true);
        FrameStream silent = ask("silent", false);
        FrameStream two = ask("two", true)) {
      assertEquals(List.of("debug of one", "elsewhere one"), records(one));
      assertEquals(List.of(), records(silent));
      assertEquals(List.of("debug of two", "elsewhere two"), records(two));
    }
  }

  @Test
  void recordsWaitWhileTheLauncherIsAtAnOrder() throws Exception {
    CountDownLatch ordered = new CountDownLatch(2);
    CountDownLatch logged = new CountDownLatch(2);
    serve(
        (call, launcher) -> {
          LogKeys.carriedBy(executor)
              .execute(
                  () -> {
                    await(ordered);
                    for (int i = 0; i < 2000; i++) {
                      LOG.debug("meanwhile {}", i);
                    }
                    await(logged);
                  });
          launcher.readFile(Path.of("/f"), 10);
          return VerbResult.done();
        });
    try (FrameStream launcher = ask("wait", true)) {
      assertEquals(
          "launcher: READ_FILE PATH=\"/f\" LIMIT=10",
          launcher.receive().fields().text(FieldTag.TEXT));
      Message order = launcher.receive();
      assertEquals(FrameType.READ_FILE, order.type());
      await(ordered);
      await(logged);
      launcher.send(
          FrameType.REPLY,
          order.stream(),
          new FieldWriter()
              .put(FieldTag.STATUS, 0)
              .put(FieldTag.BYTES, new byte[] {1, 2, 3})
              .toBytes());

      List<String> texts = records(launcher);

      assertEquals("meanwhile 0", texts.get(0));
      assertTrue(
          texts.get(texts.size() - 1).endsWith(" more records: they are left out"),
          texts.toString());
      assertTrue(texts.size() <= 1001, "kept: " + texts.size());
    }
  }

  @Test
  void aFailureTellsItsPlaceToWhoAsked() throws Exception {
    serve(
        (call, launcher) ->
            VerbResult.failure(
                1, "no", call.debug() ? Place.of(new IllegalStateException()) : Optional.empty()));
    try (FrameStream launcher = ask("fail", true)) {
      Message result = launcher.receive();

      assertEquals(FrameType.RESULT, result.type());
      assertTrue(
          result.fields().text(FieldTag.FILE).matches("EngineServerTest.java:\\d+"), "the file");
      assertEquals(
          "dev.xenrunc.engine.EngineServerTest.aFailureTellsItsPlaceToWhoAsked",
          result.fields().text(FieldTag.FUNCTION));
    }
  }

  private static void await(CountDownLatch latch) {
    latch.countDown();
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS), "nobody else came");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
