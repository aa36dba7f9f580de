// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.container.Sweep;
import dev.xenrunc.domain.VifRecord;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.verb.FakeMonitor.Link;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.wire.Message;
import dev.xenrunc.wire.WireException;
import dev.xenrunc.xl.Vif;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What becomes of a guest's network when its container's network namespace changes. */
class GuestNetworkTest extends ContainerRig {
  private static final Link ETH0 = new Link("eth0", 1, 5, 2);
  private static final Link ETH1 = new Link("eth1", 2, 6, 3);
  private static final Link ETH2 = new Link("eth2", 3, 7, 4);

  /** NAME:NUMBER of each link that the guest was told of last. */
  private List<String> told() {
    Message last = launcher.monitor().lastNetwork;
    List<String> links = new ArrayList<>();
    try {
      for (Fields link : last.fields().groups(FieldTag.LINK)) {
        links.add(link.text(FieldTag.NAME) + ":" + link.number(FieldTag.NUMBER));
      }
    } catch (WireException e) {
      throw new IllegalStateException(e);
    }
    return links;
  }

  private List<VifRecord> recorded() {
    return containers.existing(key).state().domain().vifs();
  }

  private int asked(FrameType type) {
    return Collections.frequency(launcher.monitor().asked, type);
  }

  /** Nothing that was begun before is still under way. */
  private void settle() {
    int scans = asked(FrameType.SCAN_NET);
    containers.existing(key).network().changed();
    within(() -> asked(FrameType.SCAN_NET) > scans);
    containers.existing(key).exclusively(() -> {});
  }

  @Test
  void aLinkThatComesWhileTheContainerRunsIsPluggedAndTheGuestTold() throws Exception {
    create();
    start();
    assertEquals(List.of("eth0:0"), told());

    launcher.monitor().network(ETH0, ETH1);

    within(() -> told().equals(List.of("eth0:0", "eth1:1")));
    assertEquals(Set.of(0, 1), toolstack.plugged);
    assertEquals(2, launcher.monitor().lastNetwork.fields().groups(FieldTag.ROUTE).size());
    assertEquals("running", status());
  }

  @Test
  void aLinkThatIsThereAtCreateOrComesAfterItIsPluggedBeforeStart() throws Exception {
    create();
    within(() -> toolstack.plugged.equals(Set.of(0)));
    launcher.monitor().network(ETH0, ETH1);
    within(() -> recorded().stream().filter(VifRecord::plugged).count() == 2);
    assertEquals(0, asked(FrameType.NETWORK));

    start();

    assertEquals(2, toolstack.vifs.size());
    assertEquals(List.of("eth0:0", "eth1:1"), told());
    assertEquals(0, asked(FrameType.NETWORK));
  }

  @Test
  void aLinkThatGoesIsUnpluggedAndTheGuestTold() throws Exception {
    create();
    start();
    launcher.monitor().network(ETH0, ETH1);
    within(() -> toolstack.plugged.size() == 2);

    launcher.monitor().network(ETH1);

    within(() -> told().equals(List.of("eth1:1")));
    assertEquals(Set.of(1), toolstack.plugged);
    assertEquals(1, recorded().size());
  }

  @Test
  void aVifDoesNotTakeTheNumberOfTheOneBefore() throws Exception {
    create();
    start();

    for (int number = 1; number <= 3; number++) {
      Set<Integer> next = Set.of(number);
      launcher.monitor().network();
      within(() -> toolstack.plugged.isEmpty());
      launcher.monitor().network(ETH0);
      within(() -> toolstack.plugged.equals(next));
    }
  }

  @Test
  void threeLinksHaveThreeVifs() {
    launcher.links = List.of(ETH0, ETH1, ETH2);
    create();
    start();

    assertEquals(List.of("eth0:0", "eth1:1", "eth2:2"), told());
    assertEquals(
        List.of("02:42:00:00:00:01", "02:42:00:00:00:02", "02:42:00:00:00:03"),
        toolstack.vifs.stream().map(vif -> vif.mac().text()).toList());
  }

  @Test
  void aLinkThatIsRenamedKeepsItsVif() throws Exception {
    create();
    start();

    launcher.monitor().network(new Link("front", 1, 5, 2));

    within(() -> told().equals(List.of("front:0")));
    assertEquals(1, toolstack.vifs.size());
  }

  @Test
  void aLinkWithOtherAddressesOrThatWasMadeAgainHasAnotherVif() throws Exception {
    create();
    start();

    launcher.monitor().network(new Link("eth0", 1, 5, 99));
    within(() -> told().equals(List.of("eth0:1")));
    assertEquals(Set.of(1), toolstack.plugged);
    assertEquals(List.of("10.0.0.99/24"), recorded().get(0).addresses());

    launcher.monitor().network(new Link("eth0", 1, 8, 99));
    within(() -> told().equals(List.of("eth0:2")));
    assertEquals(Set.of(2), toolstack.plugged);
  }

  @Test
  void aVifThatCannotBePluggedIsTriedAgainAndTheContainerGoesOn() throws Exception {
    create();
    start();
    toolstack.failing = "addVif";

    launcher.monitor().network(ETH1);
    within(() -> recorded().size() == 1 && !recorded().get(0).plugged());
    within(() -> told().isEmpty());
    assertEquals("running", status());
    toolstack.failing = "";

    within(() -> told().size() == 1 && told().get(0).startsWith("eth1:"));
    assertEquals(1, recorded().size());
    assertEquals(1, toolstack.plugged.size());
  }

  @Test
  void aVifThatCannotBeUnpluggedKeepsItsSuccessorAwayAndNoOtherLink() throws Exception {
    create();
    start();
    toolstack.failing = "removeVif";

    launcher.monitor().network(new Link("eth0", 1, 5, 99), ETH1);
    within(() -> told().equals(List.of("eth1:1")));
    assertEquals(Set.of(0, 1), toolstack.plugged);
    toolstack.failing = "";

    within(() -> told().equals(List.of("eth0:2", "eth1:1")));
    assertEquals(Set.of(1, 2), toolstack.plugged);
  }

  /** Else it would pass for one that works: of a failed unplugging anything may be left. */
  @Test
  void aVifThatCouldNotBeUnpluggedDoesNotServeAnyMore() throws Exception {
    create();
    start();
    toolstack.failing = "removeVif";
    launcher.monitor().network(new Link("eth0", 1, 5, 99));
    within(() -> !recorded().get(0).plugged());

    launcher.monitor().network(ETH0);
    toolstack.failing = "";

    within(() -> told().equals(List.of("eth0:1")));
    assertEquals(Set.of(1), toolstack.plugged);
  }

  @Test
  void whatTheGuestFailedToTakeIsNotWhatItKnows() throws Exception {
    create();
    start();
    settle();
    launcher.monitor().refused = "NETWORK";
    launcher.monitor().network(new Link("front", 1, 5, 2));
    within(() -> asked(FrameType.NETWORK) > 0);
    launcher.monitor().refused = "";
    int tellings = asked(FrameType.NETWORK);

    launcher.monitor().network(ETH0);

    within(() -> asked(FrameType.NETWORK) > tellings && told().equals(List.of("eth0:0")));
  }

  @Test
  void anEngineThatLeavesFollowsNoMore() throws Exception {
    create();
    start();
    settle();
    int scans = asked(FrameType.SCAN_NET);

    departure.begin();
    launcher.monitor().network(ETH0, ETH1);
    LockSupport.parkNanos(SHORT.toNanos());

    assertEquals(scans, asked(FrameType.SCAN_NET));
    assertTrue(departure.await(Deadline.after(LONG)));
  }

  @Test
  void whatTheGuestKnowsIsNotToldAgain() throws Exception {
    create();
    start();

    settle();
    launcher.monitor().network(ETH0);
    settle();

    assertEquals(0, asked(FrameType.NETWORK));
  }

  @Test
  void manyChangesDuringAVerbAreOneLookAfterIt() throws Exception {
    create();
    start();
    settle();
    int scans = asked(FrameType.SCAN_NET);

    containers
        .existing(key)
        .exclusively(
            () -> {
              try {
                for (int time = 0; time < 100; time++) {
                  launcher.monitor().network(ETH0, ETH1);
                }
                LockSupport.parkNanos(SHORT.toNanos());
              } catch (WireException e) {
                throw new IllegalStateException(e);
              }
              assertEquals(Set.of(0), toolstack.plugged);
            });

    within(() -> told().equals(List.of("eth0:0", "eth1:1")));
    settle();
    int looks = asked(FrameType.SCAN_NET) - scans;
    assertTrue(looks <= 4, "it looked " + looks + " times");
  }

  @Test
  void aVerbThatWaitsComesBeforeTheNextVif() throws Exception {
    create();
    start();
    settle();
    CountDownLatch adding = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    toolstack.whileAddingVif =
        () -> {
          adding.countDown();
          try {
            goOn.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    launcher.monitor().network(ETH0, ETH1, ETH2);
    assertTrue(adding.await(20, TimeUnit.SECONDS));

    CompletableFuture<Void> pausing = CompletableFuture.runAsync(this::pause);
    LockSupport.parkNanos(SHORT.toNanos());
    goOn.countDown();
    pausing.get(20, TimeUnit.SECONDS);

    assertEquals(Set.of(0, 1), toolstack.plugged);
    assertEquals(List.of("eth0:0"), told());
    resume();
    within(() -> told().equals(List.of("eth0:0", "eth1:1", "eth2:2")));
  }

  @Test
  void aPausedContainerFollowsWhenItGoesOn() throws Exception {
    create();
    start();
    pause();

    launcher.monitor().network(ETH0, ETH1);
    LockSupport.parkNanos(SHORT.toNanos());
    assertEquals(Set.of(0), toolstack.plugged);
    resume();

    within(() -> told().equals(List.of("eth0:0", "eth1:1")));
  }

  @Test
  void theNextEngineFollowsWhatCameWithoutOne() {
    create();
    start();
    settle();
    launcher.monitor().links = List.of(ETH1);

    containers = newEngine();
    new Sweep(containers).takeOver();

    within(() -> told().equals(List.of("eth1:1")));
    assertEquals(Set.of(1), toolstack.plugged);
  }

  @Test
  void theNextEngineReplacesAVifThatWasPluggedHalf() {
    create();
    within(() -> toolstack.plugged.equals(Set.of(0)));
    settle();
    VifRecord whole = recorded().get(0);
    VifRecord half =
        new VifRecord(7, whole.mac(), whole.link(), whole.index(), whole.addresses(), false);
    // What an engine leaves that dies while it plugs in.
    containers.existing(key).domain().unplug(whole.number(), Deadline.after(LONG));
    toolstack.plugged.add(7);
    halfPlugged(half);

    containers = newEngine();
    new Sweep(containers).takeOver();

    within(() -> recorded().size() == 1 && recorded().get(0).plugged());
    assertFalse(toolstack.plugged.contains(7));
    start();
    assertEquals(1, toolstack.plugged.size());
  }

  /** Has the toolstack fail when the vif is recorded, and then be there all the same. */
  private void halfPlugged(VifRecord half) {
    Vif vif = toolstack.vifs.get(0);
    toolstack.failing = "addVif";
    try {
      containers.existing(key).domain().plug(half, vif, Deadline.after(LONG));
    } catch (RuntimeException e) {
      assertTrue(e.getMessage().contains("as it was told"), e.getMessage());
    }
    toolstack.failing = "";
  }

  @Test
  void aContainerThatHasStoppedIsLeftAlone() throws Exception {
    create();
    start();
    settle();
    int scans = asked(FrameType.SCAN_NET);
    FakeMonitor monitor = launcher.monitor();
    monitor.links = List.of(ETH0, ETH1);
    monitor.exit(0);
    within(() -> status().equals("stopped"));

    containers.existing(key).network().changed();
    LockSupport.parkNanos(SHORT.toNanos());

    assertEquals(scans, asked(FrameType.SCAN_NET));
    delete();
    assertNothingIsLeft();
  }
}
