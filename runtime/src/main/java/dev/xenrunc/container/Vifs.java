// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.domain.VifPlan;
import dev.xenrunc.domain.VifRecord;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.monitor.NetworkScan;
import dev.xenrunc.monitor.NetworkSettings;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.Vif;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The vifs of one container's guest: one for each link of its network namespace, as the journal has
 * them. Who changes them holds the container's lock.
 */
final class Vifs {
  private static final Logger LOG = LoggerFactory.getLogger(Vifs.class);

  private final Container container;

  Vifs(Container container) {
    this.container = container;
  }

  /**
   * Unplugs the vifs whose link is gone or another, and plugs one in for each link without. A
   * failure does not keep it from going on with the other links; the first one is thrown at the
   * end.
   *
   * @param step asked before each act how long it may take; what it throws ends all
   */
  void follow(NetworkScan scan, Supplier<Deadline> step) {
    Optional<RuntimeException> failure = Optional.empty();
    for (VifRecord vif : recorded()) {
      if (scan.links().stream().noneMatch(link -> serves(vif, link))) {
        Deadline deadline = step.get();
        failure = attempt(failure, "unplug", vif.link(), () -> unplug(vif, deadline));
      }
    }
    for (NetworkScan.Link link : scan.links()) {
      if (recorded().stream().noneMatch(vif -> serves(vif, link))) {
        Deadline deadline = step.get();
        failure = attempt(failure, "plug", link.name(), () -> plugAnew(scan, link, deadline));
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static Optional<RuntimeException> attempt(
      Optional<RuntimeException> before, String what, String link, Runnable act) {
    try {
      act.run();
      return before;
    } catch (ContainerException.NotFound e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.debug("{} {}: {}", what, link, Cause.words(e));
      return before.or(
          () ->
              Optional.of(
                  new ContainerException.Failed(
                      what + " vif of " + link + ": " + Cause.words(e), e)));
    }
  }

  private List<VifRecord> recorded() {
    return container.state().domain().vifs();
  }

  /** True if the vif is joined to this link; one that was made again has another index. */
  private static boolean serves(VifRecord vif, NetworkScan.Link link) {
    return vif.plugged()
        && vif.mac().equals(link.mac().text())
        && (vif.index() == 0 || link.index() == 0 || vif.index() == link.index())
        && wallFits(vif, link);
  }

  /** A wall is made when its vif is plugged in, for the addresses that the link has then. */
  private static boolean wallFits(VifRecord vif, NetworkScan.Link link) {
    return vif.addresses() == null || link.addresses().equals(vif.addresses());
  }

  private void plugAnew(NetworkScan scan, NetworkScan.Link link, Deadline deadline) {
    boolean isLeft =
        recorded().stream()
            .filter(vif -> vif.mac().equals(link.mac().text()))
            .anyMatch(vif -> scan.links().stream().noneMatch(other -> serves(vif, other)));
    if (isLeft) {
      throw new ContainerException.Failed("its vif of before is still there");
    }
    plug(link, deadline);
  }

  private void plug(NetworkScan.Link link, Deadline deadline) {
    ContainerState state = container.state();
    ProcessIdentity monitor = state.monitor().orElseThrow(ContainerException.NotFound::new);
    EngineParts engine = container.engine();
    VifPlan plan = engine.planner().vifs(container.spec());
    // The hotplug helper finds the container's network namespace and interface by this.
    String note = plan.note(monitor.pid() + ":" + monitor.startTime() + ":" + link.name());
    int number = state.domain().freeVif();
    VifRecord record =
        new VifRecord(
            number,
            link.mac().text(),
            link.name(),
            link.index(),
            plan.open() ? null : link.addresses(),
            false);
    Vif vif = new Vif(number, link.mac(), link.mtu(), engine.places().hotplug(), note, plan.rate());
    container.domain().plug(record, vif, deadline);
    LOG.info("plugged in vif {} for {}", number, link.name());
  }

  private void unplug(VifRecord vif, Deadline deadline) {
    container.domain().unplug(vif.number(), deadline);
    LOG.info("unplugged vif {} of {}", vif.number(), vif.link());
  }

  /** What the guest is to have of what was found: the links that it has vifs for. */
  NetworkSettings settings(NetworkScan scan) {
    List<VifRecord> vifs = recorded();
    Map<NetworkScan.Link, Integer> numbers = new LinkedHashMap<>();
    for (NetworkScan.Link link : scan.links()) {
      vifs.stream()
          .filter(vif -> serves(vif, link) && !numbers.containsValue(vif.number()))
          .findFirst()
          .ifPresent(vif -> numbers.put(link, vif.number()));
    }
    return NetworkSettings.of(scan, numbers);
  }

  /** Has the guest's kernel look at each: it may have overlooked what came while it booted. */
  void announce(Supplier<Deadline> step) {
    for (VifRecord vif : recorded()) {
      container.domain().announceVif(vif.number(), step.get());
    }
  }
}
