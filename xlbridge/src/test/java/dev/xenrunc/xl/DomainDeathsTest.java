// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import dev.xenrunc.xl.store.FakeXenstored;
import dev.xenrunc.xl.store.StoreException;
import dev.xenrunc.xl.store.XenStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ends of domains, and agents' channels, which end with them. */
class DomainDeathsTest {
  private static final Domain FIVE = new Domain(new Domid(5), new UUID(0, 5));
  private static final Domain SIX = new Domain(new Domid(6), new UUID(0, 6));
  private static final String CHANNEL = "/local/domain/5/data/xen-runc";

  @TempDir private Path directory;
  private final Map<Domain, DomainInfo> world = new ConcurrentHashMap<>();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private FakeXenstored xenstored;
  private XenStore store;
  private DomainDeaths deaths;
  private AgentChannels channels;

  @BeforeEach
  void start() throws IOException {
    xenstored = new FakeXenstored(directory.resolve("socket"));
    store = new XenStore(directory.resolve("socket"));
    deaths = new DomainDeaths(store, domain -> Optional.ofNullable(world.get(domain)));
    channels = new AgentChannels(store, deaths);
    set(FIVE, DomainState.RUNNING, ShutdownReason.NONE);
    set(SIX, DomainState.PAUSED, ShutdownReason.NONE);
  }

  @AfterEach
  void stop() throws IOException {
    deaths.close();
    store.close();
    xenstored.close();
  }

  private void set(Domain domain, DomainState state, ShutdownReason reason) {
    world.put(domain, new DomainInfo(domain, state, reason, 65536, Duration.ZERO, 1));
  }

  private DeathWatch watch(Domain domain) {
    return deaths.watch(domain, (dead, reason) -> heard.add(dead.domid() + " " + reason));
  }

  private String hear() throws InterruptedException {
    return heard.poll(10, TimeUnit.SECONDS);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  private void awaitWatchOf(String path) {
    while (!xenstored.watchedPaths().contains(path)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void listenerHearsOnlyOfItsOwnDomainAndOnce() throws Exception {
    DeathWatch five = watch(FIVE);
    DeathWatch six = watch(SIX);
    awaitWatchOf("@releaseDomain");

    set(FIVE, DomainState.SHUTDOWN, ShutdownReason.CRASH);
    xenstored.fire("@releaseDomain");
    assertEquals("5 CRASH", hear());
    world.remove(SIX);
    xenstored.fire("@releaseDomain");
    assertEquals("6 NONE", hear());
    xenstored.fire("@releaseDomain");

    assertNull(heard.poll(200, TimeUnit.MILLISECONDS));
    five.close();
    six.close();
  }

  @Test
  void domainThatHasEndedBeforeIsToldSoon() throws Exception {
    set(FIVE, DomainState.SHUTDOWN, ShutdownReason.POWEROFF);
    set(SIX, DomainState.DYING, ShutdownReason.NONE);

    DeathWatch five = watch(FIVE);
    assertEquals("5 POWEROFF", hear());
    DeathWatch six = watch(SIX);
    assertEquals("6 NONE", hear());
    five.close();
    six.close();
  }

  @Test
  void closedWatchHearsNothing() throws Exception {
    watch(FIVE).close();
    DeathWatch six = watch(SIX);
    awaitWatchOf("@releaseDomain");

    world.clear();
    xenstored.fire("@releaseDomain");

    assertEquals("6 NONE", hear());
    assertNull(heard.poll(200, TimeUnit.MILLISECONDS));
    six.close();
  }

  @Test
  void listenerThatFailsSilencesNoOther() throws Exception {
    DeathWatch five =
        deaths.watch(
            FIVE,
            (dead, reason) -> {
              throw new IllegalStateException("a listener's mistake");
            });
    DeathWatch six = watch(SIX);
    awaitWatchOf("@releaseDomain");

    world.clear();
    xenstored.fire("@releaseDomain");

    assertEquals("6 NONE", hear());
    five.close();
    six.close();
  }

  @Test
  void endIsHeardAfterXenstoredClosedTheConnection() throws Exception {
    DeathWatch five = watch(FIVE);
    awaitWatchOf("@releaseDomain");

    xenstored.hangUp();
    set(FIVE, DomainState.SHUTDOWN, ShutdownReason.REBOOT);

    assertEquals("5 REBOOT", hear());
    five.close();
  }

  @Test
  void channelComesWhenBothNumbersAreThere() {
    CompletableFuture<ChannelAddress> channel =
        CompletableFuture.supplyAsync(() -> channels.await(FIVE, soon()));
    awaitWatchOf(CHANNEL);

    xenstored.change(CHANNEL + "/ring-ref", "8");
    xenstored.change(CHANNEL + "/event-channel", "13");

    assertEquals(new ChannelAddress.Vchan(new Domid(5), 8, 13), channel.join());
  }

  @ParameterizedTest
  @CsvSource({"SHUTDOWN,CRASH,shut down (crash)", "DYING,NONE,was destroyed"})
  void channelOfADomainThatEndsIsNotWaitedFor(
      DomainState state, ShutdownReason reason, String how) {
    CompletableFuture<ChannelAddress> channel =
        CompletableFuture.supplyAsync(() -> channels.await(FIVE, soon()));
    awaitWatchOf(CHANNEL);
    awaitWatchOf("@releaseDomain");

    set(FIVE, state, reason);
    xenstored.fire("@releaseDomain");

    Throwable e = assertThrows(Exception.class, channel::join).getCause();
    assertEquals(DomainGoneException.class, e.getClass());
    assertTrue(e.getMessage().endsWith(how + " before its agent called"), e::getMessage);
  }

  @Test
  void agentThatNeverCallsIsLeftAtTheDeadline() {
    Deadline deadline = Deadline.after(Duration.ofMillis(200));

    assertThrows(DeadlineExceededException.class, () -> channels.await(FIVE, deadline));
  }

  @ParameterizedTest
  @CsvSource({"8,x", "-1,13", "8,4294967296", "'8 ',13"})
  void numbersThatNoAgentWritesAreRefused(String ringRef, String port) {
    xenstored.change(CHANNEL + "/ring-ref", ringRef);
    xenstored.change(CHANNEL + "/event-channel", port);

    assertThrows(StoreException.class, () -> channels.await(FIVE, soon()));
  }

  @Test
  void guestThatWritesOnAndOnIsNotListenedToForEver() {
    CompletableFuture<ChannelAddress> channel =
        CompletableFuture.supplyAsync(() -> channels.await(FIVE, soon()));
    awaitWatchOf(CHANNEL);

    while (!channel.isDone()) {
      xenstored.change(CHANNEL + "/noise", "1");
    }

    Throwable e = assertThrows(Exception.class, channel::join).getCause();
    assertTrue(e.getMessage().endsWith("without end"), e::getMessage);
  }
}
