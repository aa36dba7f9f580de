// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.monitor.Monitor;
import dev.xenrunc.monitor.NetworkScan;
import dev.xenrunc.monitor.NetworkSettings;
import dev.xenrunc.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Has a guest's network follow its container's network namespace: at start, and whenever the
 * monitor tells that something has changed there. Then it works on the engine's threads, under the
 * container's lock and never longer than a step while a verb waits for that; what fails is tried
 * again, and the container goes on. An engine that leaves begins nothing of this: the next one
 * looks for itself.
 */
public final class GuestNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(GuestNetwork.class);

  /** Before the second attempt, the third and so on. */
  private static final List<Duration> PAUSES =
      List.of(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(8));

  /** For a verb that waits to take the lock. */
  private static final Duration WAY = Duration.ofMillis(50);

  private final Container container;
  private final EngineParts engine;
  private final Vifs vifs;

  /** What the guest knows, if this engine has told it. */
  private volatile Optional<NetworkSettings> told = Optional.empty();

  private boolean due;
  private boolean working;
  private int failures;

  GuestNetwork(Container container, EngineParts engine) {
    this.container = container;
    this.engine = engine;
    this.vifs = new Vifs(container);
  }

  /** What there is in the network namespace now. */
  public NetworkScan scan() {
    return container.liveMonitor().scanNetwork(Deadline.after(engine.limits().request()));
  }

  /** Plugs in and out what start needs; the guest need not be there yet. */
  public void plug(NetworkScan scan) {
    vifs.follow(scan, this::changing);
  }

  /** The guest is there: it is to look at all vifs, and can be told of them. */
  public NetworkSettings announce(NetworkScan scan) {
    vifs.announce(this::changing);
    return vifs.settings(scan);
  }

  /** PREPARE has told the guest this. */
  public void told(NetworkSettings settings) {
    told = Optional.of(settings);
  }

  /** Tells a prepared guest what its network is, if it does not know that. */
  public void tell(NetworkSettings settings) {
    if (told.filter(settings::isAs).isPresent()) {
      return;
    }
    container.ask(guest -> send(guest, settings));
  }

  private void send(Monitor guest, NetworkSettings settings) {
    // One that fails leaves the guest anywhere between the two.
    told = Optional.empty();
    guest.updateNetwork(settings, Deadline.after(engine.limits().request()));
    told(settings);
  }

  /** Something may have changed. Does not wait. */
  public void changed() {
    synchronized (this) {
      failures = 0;
    }
    begin();
  }

  private void begin() {
    synchronized (this) {
      due = true;
      if (working) {
        return;
      }
      working = true;
    }
    engine.threads().executor().execute(this::work);
  }

  private void work() {
    MDC.put("id", container.key().id().value());
    boolean isDone = false;
    try {
      while (takeDue()) {
        if (engine.departure().enter()) {
          attempt();
        }
      }
      isDone = true;
    } finally {
      MDC.clear();
      if (!isDone) {
        stopped();
      }
    }
  }

  /** What it threw was none of what an attempt fails with; the next change finds no worker. */
  private synchronized void stopped() {
    working = false;
  }

  /** However often it was told, one look at what there is now is enough. */
  private synchronized boolean takeDue() {
    working = due;
    due = false;
    return working;
  }

  private void attempt() {
    try {
      container.exclusively(this::follow);
    } catch (ContainerException.NotFound e) {
      LOG.debug("it was deleted meanwhile");
    } catch (ContainerException.Busy e) {
      beginAfter(WAY);
    } catch (RuntimeException e) {
      failed(e);
    } finally {
      engine.departure().done();
    }
  }

  private void failed(RuntimeException e) {
    if (isOver()) {
      LOG.debug("it ended meanwhile: {}", Cause.words(e));
      return;
    }
    int before;
    synchronized (this) {
      before = failures++;
    }
    if (before >= PAUSES.size()) {
      LOG.warn("the guest's network is not what it should be: {}", Cause.words(e));
      return;
    }
    Duration pause = PAUSES.get(before);
    LOG.warn(
        "the guest's network is not what it should be, tried again in {} ms: {}",
        pause.toMillis(),
        Cause.words(e));
    beginAfter(pause);
  }

  private void beginAfter(Duration pause) {
    var unused =
        engine.threads().timer().schedule(this::begin, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void follow() {
    if (!canFollow()) {
      return;
    }
    boolean prepared = container.state().prepared();
    step();
    NetworkScan scan = scan();
    Optional<RuntimeException> failure = Optional.empty();
    try {
      vifs.follow(scan, this::step);
    } catch (ContainerException.Failed e) {
      failure = Optional.of(e);
    }
    if (prepared) {
      tellNews(vifs.settings(scan));
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private void tellNews(NetworkSettings settings) {
    if (told.filter(settings::isAs).isEmpty()) {
      vifs.announce(this::step);
      step();
      send(container.liveMonitor(), settings);
    }
  }

  private boolean isOver() {
    return container.ending().hasExited()
        || container.domain().isGone()
        || container
            .directory()
            .read()
            .filter(state -> state.status() != ContainerStatus.STOPPED)
            .isEmpty();
  }

  /** A guest that is held, or ends, or is being made ready, does not take part. */
  private boolean canFollow() {
    ContainerState state = container.state();
    boolean stands = state.stage() == Stage.CREATED || state.stage() == Stage.RUNNING;
    return stands && container.monitor().isPresent() && !isOver();
  }

  /** An act of this may take so long; none begins while a verb waits, or when the engine leaves. */
  private Deadline step() {
    if (container.isWanted() || engine.departure().hasBegun()) {
      throw new ContainerException.Busy(container.key().id());
    }
    return Deadline.after(engine.limits().request());
  }

  private Deadline changing() {
    return Deadline.after(engine.limits().domain());
  }
}
