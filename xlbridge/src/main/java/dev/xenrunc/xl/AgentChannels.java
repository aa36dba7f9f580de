// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.store.StoreException;
import dev.xenrunc.xl.store.StoreWatch;
import dev.xenrunc.xl.store.XenStore;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/** Waits for guests' agents to say in xenstore how their vchan is reached. */
final class AgentChannels {
  /** An agent writes twice; a guest that writes on and on is not listened to for ever. */
  private static final int MAX_LOOKS = 64;

  private static final String WHAT = "agent's channel";

  private final XenStore store;
  private final DomainDeaths deaths;

  AgentChannels(XenStore store, DomainDeaths deaths) {
    this.store = store;
    this.deaths = deaths;
  }

  ChannelAddress await(Domain domain, Deadline deadline) {
    AtomicReference<ShutdownReason> death = new AtomicReference<>();
    try (StoreWatch watch = store.watch(List.of(StorePaths.channel(domain.domid())), deadline)) {
      DeathListener wakeUp =
          (dead, reason) -> {
            death.set(reason);
            watch.wake();
          };
      DeathWatch deathWatch = deaths.watch(domain, wakeUp);
      try {
        return await(domain, watch, death, deadline);
      } finally {
        deathWatch.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException(WHAT + ": interrupted", e);
    }
  }

  private ChannelAddress await(
      Domain domain, StoreWatch watch, AtomicReference<ShutdownReason> death, Deadline deadline)
      throws InterruptedException {
    String path = StorePaths.channel(domain.domid());
    for (int look = 0; look < MAX_LOOKS; look++) {
      watch.await(WHAT, deadline);
      if (death.get() != null) {
        throw gone(domain, death.get());
      }
      OptionalLong ringRef = store.readNumber(path + "/ring-ref", deadline);
      OptionalLong port = store.readNumber(path + "/event-channel", deadline);
      if (ringRef.isPresent() && port.isPresent()) {
        return new ChannelAddress.Vchan(domain.domid(), ringRef.getAsLong(), port.getAsLong());
      }
    }
    throw new StoreException(WHAT + ": the guest writes at " + path + " without end");
  }

  private static DomainGoneException gone(Domain domain, ShutdownReason reason) {
    String how =
        reason == ShutdownReason.NONE
            ? "was destroyed"
            : "shut down (" + reason.name().toLowerCase(Locale.ROOT) + ")";
    return new DomainGoneException(domain, how + " before its agent called");
  }
}
