// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.ChannelAddress;
import dev.xenrunc.xl.DeathListener;
import dev.xenrunc.xl.DeathWatch;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.DomainInfo;
import dev.xenrunc.xl.DomainState;
import dev.xenrunc.xl.Domid;
import dev.xenrunc.xl.HostException;
import dev.xenrunc.xl.HostMemory;
import dev.xenrunc.xl.ShutdownReason;
import dev.xenrunc.xl.Size;
import dev.xenrunc.xl.Toolstack;
import dev.xenrunc.xl.Vif;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers domains, and fails where it is told to. */
final class FakeToolstack implements Toolstack {
  final Map<Domain, Map<String, String>> domains = new ConcurrentHashMap<>();
  final Map<Domain, DeathListener> watches = new ConcurrentHashMap<>();
  final Set<Domain> paused = ConcurrentHashMap.newKeySet();
  final List<Size> sizes = new CopyOnWriteArrayList<>();

  /** All that were ever plugged in, and the numbers of those that the one domain has. */
  final List<Vif> vifs = new CopyOnWriteArrayList<>();

  final Set<Integer> plugged = new ConcurrentSkipListSet<>();
  volatile Runnable whileAddingVif = () -> {};
  private final AtomicInteger last = new AtomicInteger();
  volatile String failing = "";

  private void act(String what) {
    if (failing.equals(what)) {
      throw new HostException(what + " failed as it was told");
    }
  }

  @Override
  public Domain createPaused(DomainConfig config, Deadline deadline) {
    act("createPaused");
    Domain domain = new Domain(new Domid(last.incrementAndGet()), config.uuid());
    domains.put(domain, config.labels());
    return domain;
  }

  @Override
  public void unpause(Domain domain, Deadline deadline) {
    act("unpause");
    paused.remove(domain);
  }

  @Override
  public void pause(Domain domain, Deadline deadline) {
    act("pause");
    paused.add(domain);
  }

  @Override
  public void resize(Domain domain, Size size, Deadline deadline) {
    act("resize");
    sizes.add(size);
  }

  @Override
  public void destroy(Domain domain, Deadline deadline) {
    act("destroy");
    domains.remove(domain);
    plugged.clear();
  }

  @Override
  public Optional<DomainInfo> info(Domain domain, Deadline deadline) {
    return domains.containsKey(domain) ? Optional.of(info(domain)) : Optional.empty();
  }

  private static DomainInfo info(Domain domain) {
    return new DomainInfo(
        domain, DomainState.RUNNING, ShutdownReason.NONE, 1 << 20, Duration.ZERO, 1);
  }

  @Override
  public Optional<Domain> find(UUID uuid, Deadline deadline) {
    return domains.keySet().stream().filter(domain -> domain.uuid().equals(uuid)).findFirst();
  }

  @Override
  public List<DomainInfo> list(Deadline deadline) {
    return domains.keySet().stream().map(FakeToolstack::info).toList();
  }

  @Override
  public Optional<String> label(Domain domain, String key, Deadline deadline) {
    return Optional.ofNullable(domains.get(domain)).map(labels -> labels.get(key));
  }

  @Override
  public void addVif(Domain domain, Vif vif, Deadline deadline) {
    whileAddingVif.run();
    act("addVif");
    if (!plugged.add(vif.devid())) {
      throw new HostException("vif " + vif.devid() + " exists");
    }
    vifs.add(vif);
  }

  @Override
  public void announceVif(Domain domain, int devid, Deadline deadline) {
    act("announceVif");
  }

  @Override
  public void removeVif(Domain domain, int devid, Deadline deadline) {
    act("removeVif");
    plugged.remove(devid);
  }

  @Override
  public ChannelAddress awaitChannel(Domain domain, Deadline deadline) {
    act("awaitChannel");
    return new ChannelAddress.Socket(Path.of("/nowhere"));
  }

  @Override
  public DeathWatch watchDeath(Domain domain, DeathListener listener) {
    act("watchDeath");
    watches.put(domain, listener);
    return () -> watches.remove(domain);
  }

  /** The domain ends by itself. */
  void die(ShutdownReason reason) {
    watches.forEach((domain, listener) -> listener.died(domain, reason));
  }

  @Override
  public HostMemory memoryFor(DomainConfig config, Deadline deadline) {
    return new HostMemory(0, 1);
  }

  @Override
  public void close() {}
}
