// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.local;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.ChannelAddress;
import dev.xenrunc.xl.DeathListener;
import dev.xenrunc.xl.DeathWatch;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.DomainGoneException;
import dev.xenrunc.xl.DomainInfo;
import dev.xenrunc.xl.DomainState;
import dev.xenrunc.xl.Domid;
import dev.xenrunc.xl.HostException;
import dev.xenrunc.xl.HostMemory;
import dev.xenrunc.xl.ShutdownReason;
import dev.xenrunc.xl.Size;
import dev.xenrunc.xl.Toolstack;
import dev.xenrunc.xl.Vif;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts the real agent as a local process in place of each domain. A vif is a pair of links that
 * leads nowhere; there are no vbds.
 */
public final class LocalToolstack implements Toolstack {
  private static final Duration STEP = Duration.ofMillis(5);

  private final Path store;
  private final Path agent;

  /**
   * @param store the directory that remembers domains between engines
   * @param agent the guest's init program
   */
  public LocalToolstack(Path store, Path agent) {
    this.store = store;
    this.agent = agent;
  }

  @Override
  public synchronized Domain createPaused(DomainConfig config, Deadline deadline) {
    if (!Files.isRegularFile(config.boot().kernel())) {
      throw new HostException("guest kernel " + config.boot().kernel() + " is missing");
    }
    int domid =
        LocalDomain.all(store).stream().mapToInt(d -> d.domain().domid().value()).max().orElse(0)
            + 1;
    return LocalDomain.define(store, new Domid(domid), config).domain();
  }

  @Override
  public void unpause(Domain domain, Deadline deadline) {
    LocalDomain local = existing(domain);
    if (local.hasRun()) {
      local.signal("CONT");
    } else {
      local.run(agent);
    }
  }

  @Override
  public void pause(Domain domain, Deadline deadline) {
    existing(domain).signal("STOP");
  }

  /** A process has no size of its own: what was asked for is what it has. */
  @Override
  public void resize(Domain domain, Size size, Deadline deadline) {
    existing(domain).resize(size);
  }

  @Override
  public void destroy(Domain domain, Deadline deadline) {
    LocalDomain.read(store.resolve(domain.uuid().toString())).ifPresent(LocalDomain::destroy);
  }

  @Override
  public Optional<DomainInfo> info(Domain domain, Deadline deadline) {
    return LocalDomain.read(store.resolve(domain.uuid().toString())).map(LocalToolstack::info);
  }

  private static DomainInfo info(LocalDomain local) {
    boolean ended = local.hasRun() && local.process().isEmpty();
    return new DomainInfo(
        local.domain(),
        ended ? DomainState.SHUTDOWN : local.hasRun() ? DomainState.RUNNING : DomainState.PAUSED,
        ended ? ShutdownReason.POWEROFF : ShutdownReason.NONE,
        local.memoryKib(),
        Duration.ZERO,
        1);
  }

  @Override
  public Optional<Domain> find(UUID uuid, Deadline deadline) {
    return LocalDomain.read(store.resolve(uuid.toString())).map(LocalDomain::domain);
  }

  @Override
  public List<DomainInfo> list(Deadline deadline) {
    return LocalDomain.all(store).stream().map(LocalToolstack::info).toList();
  }

  @Override
  public Optional<String> label(Domain domain, String key, Deadline deadline) {
    return Optional.ofNullable(existing(domain).labels().get(key));
  }

  @Override
  public void addVif(Domain domain, Vif vif, Deadline deadline) {
    existing(domain).addVif(vif);
  }

  /** The agent's kernel sees every link. */
  @Override
  public void announceVif(Domain domain, int devid, Deadline deadline) {}

  @Override
  public void removeVif(Domain domain, int devid, Deadline deadline) {
    existing(domain).removeVif(devid);
  }

  @Override
  public ChannelAddress awaitChannel(Domain domain, Deadline deadline) {
    LocalDomain local = existing(domain);
    while (!local.listens()) {
      deadline.check("wait until the agent listens at " + local.socket());
      LockSupport.parkNanos(STEP.toNanos());
    }
    return new ChannelAddress.Socket(local.socket());
  }

  @Override
  public DeathWatch watchDeath(Domain domain, DeathListener listener) {
    AtomicBoolean closed = new AtomicBoolean();
    Thread watcher =
        new Thread(
            () -> {
              awaitDeath(domain, closed);
              if (!closed.get()) {
                listener.died(domain, ShutdownReason.POWEROFF);
              }
            },
            "death of " + domain);
    watcher.setDaemon(true);
    watcher.start();
    return () -> closed.set(true);
  }

  private void awaitDeath(Domain domain, AtomicBoolean closed) {
    while (!closed.get()) {
      Optional<LocalDomain> local = LocalDomain.read(store.resolve(domain.uuid().toString()));
      if (local.isEmpty() || (local.get().hasRun() && local.get().process().isEmpty())) {
        return;
      }
      LockSupport.parkNanos(STEP.toNanos() * 4);
    }
  }

  @Override
  public HostMemory memoryFor(DomainConfig config, Deadline deadline) {
    return new HostMemory(config.size().memoryKib(), Long.MAX_VALUE);
  }

  @Override
  public void close() {}

  private LocalDomain existing(Domain domain) {
    return LocalDomain.read(store.resolve(domain.uuid().toString()))
        .orElseThrow(() -> new DomainGoneException(domain, "is not here"));
  }
}
