// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.ChannelAddress;
import dev.xenrunc.xl.DeathListener;
import dev.xenrunc.xl.DeathWatch;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.DomainInfo;
import dev.xenrunc.xl.Size;
import dev.xenrunc.xl.Toolstack;
import dev.xenrunc.xl.Vif;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * One domain of this runtime, from its plan to its end. Its owner keeps the record of it and is
 * told of its death; containers live in it, and know it through their owner.
 */
public final class OwnedDomain {
  /** Whose domain it is. Today a container owns one, and lives in it alone. */
  public interface Owner extends DeathListener {
    /** What is recorded of the domain. */
    DomainRecord domainRecord();

    /** Changes what is recorded of it. */
    void recordDomain(UnaryOperator<DomainRecord> change);
  }

  private final Owner owner;
  private final Toolstack toolstack;

  /** Whoever waits to destroy it is next: plugging must not begin again and again before it. */
  private final ReentrantLock changing = new ReentrantLock(true);

  private Optional<DeathWatch> watch = Optional.empty();
  private volatile boolean gone;

  public OwnedDomain(Owner owner, Toolstack toolstack) {
    this.owner = owner;
    this.toolstack = toolstack;
  }

  /** Builds it and records that; {@link #boot} has it run. */
  public void build(DomainConfig config, Deadline deadline) {
    Domain domain = toolstack.createPaused(config, deadline);
    owner.recordDomain(record -> record.built(domain));
  }

  /** Watches for its death from now on, and lets it run. */
  public void boot(Deadline deadline) {
    watch();
    unpause(deadline);
  }

  /** Has its death told to its owner. */
  public synchronized void watch() {
    unwatch();
    watch = Optional.of(toolstack.watchDeath(existing(), owner));
  }

  private synchronized void unwatch() {
    watch.ifPresent(DeathWatch::close);
    watch = Optional.empty();
  }

  /** Holds its processors. */
  public void pause(Deadline deadline) {
    toolstack.pause(existing(), deadline);
  }

  /** Lets its processors run. */
  public void unpause(Deadline deadline) {
    toolstack.unpause(existing(), deadline);
  }

  /** Gives it another size, which the caller records when all that depends on it is done. */
  public void resize(Size size, Deadline deadline) {
    toolstack.resize(existing(), size, deadline);
  }

  /** What Xen tells of it; empty if it is gone. */
  public Optional<DomainInfo> info(Deadline deadline) {
    return owner.domainRecord().domain().flatMap(domain -> toolstack.info(domain, deadline));
  }

  /** Waits until its agent offers a channel. */
  public ChannelAddress awaitChannel(Deadline deadline) {
    return toolstack.awaitChannel(existing(), deadline);
  }

  /** Plugs a network interface in; it is recorded before and after. */
  public void plug(VifRecord record, Vif vif, Deadline deadline) {
    alone(
        deadline,
        () -> {
          if (gone) {
            throw new DomainException("the domain is gone");
          }
          owner.recordDomain(last -> last.withVif(record));
          toolstack.addVif(existing(), vif, deadline);
          owner.recordDomain(last -> last.withVifPlugged(record.number()));
        });
  }

  /** Takes a network interface away, which may be there half; it is recorded before and after. */
  public void unplug(int number, Deadline deadline) {
    owner.recordDomain(last -> last.withVifLetGo(number));
    toolstack.removeVif(existing(), number, deadline);
    owner.recordDomain(last -> last.withoutVif(number));
  }

  /** Has its kernel look at an interface that came while it booted. */
  public void announceVif(int number, Deadline deadline) {
    toolstack.announceVif(existing(), number, deadline);
  }

  private Domain existing() {
    return owner
        .domainRecord()
        .domain()
        .orElseThrow(() -> new DomainException("the container has no domain"));
  }

  /** Destroys it if it is still there. Throws if that is not certain. */
  public void destroy(Deadline deadline) {
    alone(
        deadline,
        () -> {
          if (gone) {
            return;
          }
          unwatch();
          DomainRecord record = owner.domainRecord();
          // One that was built but not recorded has its uuid.
          record
              .domain()
              .or(() -> toolstack.find(record.uuid(), deadline))
              .ifPresent(domain -> toolstack.destroy(domain, deadline));
          gone = true;
        });
  }

  /** The toolstack would go on writing the nodes of a domain that was destroyed below it. */
  private void alone(Deadline deadline, Runnable act) {
    try {
      if (!changing.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new DomainException("its domain is still being changed or destroyed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DomainException("interrupted while its domain is being changed or destroyed");
    }
    try {
      act.run();
    } finally {
      changing.unlock();
    }
  }

  /** True once it is known to be gone. */
  public boolean isGone() {
    return gone;
  }
}
