// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.domain.DomainRecord;
import dev.xenrunc.domain.OwnedDomain;
import dev.xenrunc.host.Cgroup;
import dev.xenrunc.host.Poll;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.monitor.AgentException;
import dev.xenrunc.monitor.Confinement;
import dev.xenrunc.monitor.Monitor;
import dev.xenrunc.monitor.MonitorException;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.oci.SpecReader;
import dev.xenrunc.oci.StateDocument;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.ShutdownReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container: its journal, its monitor's connection, and the domain that it lives in. Verbs and
 * endings act on it; only here is its state written.
 */
public final class Container {
  private static final Logger LOG = LoggerFactory.getLogger(Container.class);

  /** What the monitor's socket for sessions has at the end of its name. */
  private static final String SESSIONS_SUFFIX = ".s";

  private final ContainerKey key;
  private final EngineParts engine;
  private final StateDirectory directory;
  private final ReentrantLock verbs = new ReentrantLock();
  private final Ending ending;
  private final OomKills oomKills;
  private final OwnedDomain domain;
  private final GuestNetwork network;

  private volatile Optional<Monitor> monitor = Optional.empty();

  Container(ContainerKey key, EngineParts engine) {
    this.key = key;
    this.engine = engine;
    this.directory = new StateDirectory(key.directory());
    this.ending = new Ending(this, engine);
    this.oomKills = new OomKills(key.id());
    this.domain = new OwnedDomain(new DomainOwner(), engine.toolstack());
    this.network = new GuestNetwork(this, engine);
  }

  public ContainerKey key() {
    return key;
  }

  public StateDirectory directory() {
    return directory;
  }

  /** What happens to it when its guest, its monitor or its domain ends. */
  public Ending ending() {
    return ending;
  }

  /** The domain that it owns and lives in. */
  public OwnedDomain domain() {
    return domain;
  }

  /** Keeps the record of the domain in the container's journal. */
  private final class DomainOwner implements OwnedDomain.Owner {
    @Override
    public DomainRecord domainRecord() {
      return state().domain();
    }

    @Override
    public void recordDomain(UnaryOperator<DomainRecord> change) {
      update(state -> state.with(change.apply(state.domain())));
    }

    @Override
    public void died(Domain dead, ShutdownReason why) {
      ending.died(why);
    }
  }

  /** Its guest's network, which follows its network namespace. */
  public GuestNetwork network() {
    return network;
  }

  /** What its guest tells of memory that was used up. */
  public OomKills oomKills() {
    return oomKills;
  }

  /** What it needs of the engine. */
  public EngineParts engine() {
    return engine;
  }

  /** Destroys its domain if that is still there, in the time that config.toml gives. */
  public void destroyDomain() {
    domain().destroy(Deadline.after(engine.limits().destroy()));
  }

  /** Does a verb while other verbs are kept away, waiting as long as config.toml lets it. */
  public void exclusively(Runnable verb) {
    exclusively(Deadline.after(engine.limits().busy()), verb);
  }

  /** Does a verb while other verbs are kept away, in this engine and in one that is leaving. */
  public void exclusively(Deadline deadline, Runnable verb) {
    try {
      if (!verbs.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ContainerException.Busy(key.id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerException.Busy(key.id());
    }
    try (FileChannel lock = fileLock(deadline).channel()) {
      LOG.trace("locked {}", lock);
      verb.run();
    } catch (IOException e) {
      throw new UncheckedIOException("unlock " + directory.path(), e);
    } finally {
      verbs.unlock();
    }
  }

  /** True if a verb waits for the one that is under way. */
  boolean isWanted() {
    return verbs.hasQueuedThreads();
  }

  private FileLock fileLock(Deadline deadline) {
    return Poll.retry(directory::tryLock, deadline)
        .orElseThrow(() -> new ContainerException.Busy(key.id()));
  }

  /**
   * The host processes that stand for the container's: its monitor, and a session for each exec'd
   * one. They share a cgroup with the file server, which stands for none.
   */
  public List<Long> processes() {
    ContainerState state = state();
    Optional<ProcessIdentity> monitor = state.monitor();
    if (state.status() == ContainerStatus.STOPPED || monitor.isEmpty()) {
      return List.of();
    }
    long pid = monitor.get().pid();
    return Stream.concat(
            Stream.of(pid), Cgroup.processesBeside(pid).stream().filter(OwnCgroup::isSession))
        .distinct()
        .sorted()
        .toList();
  }

  /** The journal; the container does not exist without one. */
  public ContainerState state() {
    return directory.read().orElseThrow(ContainerException.NotFound::new);
  }

  /** Changes the journal. */
  public synchronized ContainerState update(UnaryOperator<ContainerState> change) {
    ContainerState next = change.apply(state());
    directory.write(next);
    return next;
  }

  /** The copy of config.json that create made. */
  public Spec spec() {
    return SpecReader.read(directory.readSpec());
  }

  /** What restricts each of its processes. */
  public Confinement confinement() {
    return new Confinement(spec().linux(), directory.readSeccomp());
  }

  /** What hooks are told. */
  public StateDocument document(String status) {
    ContainerState state = state();
    return new StateDocument(
        state.given().ociVersion(),
        state.identity().id(),
        status,
        state.monitor().map(ProcessIdentity::pid).orElse(0L),
        state.given().bundle(),
        state.given().annotations());
  }

  /** Connects to the monitor, which may have been started by an engine before this one. */
  public void attach(Deadline deadline) {
    ending.connecting();
    monitor =
        Optional.of(
            Monitor.connect(engine.monitorSocket(key), engine.threads().timer(), ending, deadline));
  }

  /** The monitor, if this engine is connected to it. */
  public Optional<Monitor> monitor() {
    return monitor;
  }

  /** The monitor; a container without one has stopped, or a sweep has yet to connect again. */
  public Monitor liveMonitor() {
    return monitor.orElseThrow(
        () ->
            state().status() == ContainerStatus.STOPPED
                ? notRunning()
                : new MonitorException("not connected to the monitor"));
  }

  /** Asks the guest for something. What it finds wrong is said in its words, which are runc's. */
  public void ask(Consumer<Monitor> request) {
    try {
      request.accept(liveMonitor());
    } catch (AgentException e) {
      throw new ContainerException.CommandFailed(e);
    }
  }

  /** What every verb says that needs a running container. */
  public static ContainerException notRunning() {
    return new ContainerException.WrongStatus("container not running");
  }

  public void detach() {
    monitor.ifPresent(Monitor::close);
    monitor = Optional.empty();
  }

  /** Has the monitor exit with this code; kills it if it does not. */
  public void stopMonitor(int code, String reason) {
    Optional<ProcessIdentity> process = state().monitor();
    if (process.isEmpty() || !process.get().isAlive()) {
      return;
    }
    if (monitor.isEmpty()) {
      try {
        attach(Deadline.after(engine.limits().stop()));
      } catch (MonitorException e) {
        killMonitor(process.get());
      }
    }
    monitor.ifPresent(connected -> connected.stop(code, reason));
    Deadline deadline = Deadline.after(engine.limits().stop());
    if (!Poll.until(() -> !process.get().isAlive(), deadline)) {
      killMonitor(process.get());
      Poll.until(() -> !process.get().isAlive(), Deadline.after(engine.limits().stop()));
    }
  }

  private void killMonitor(ProcessIdentity process) {
    // Found before: of one that is reaped nothing tells any more where it was.
    OwnCgroup cgroup = OwnCgroup.of(state());
    process.kill();
    cgroup.thaw();
  }

  /** Ends a monitor of which only its socket tells: its launcher died before we had its answer. */
  public void stopUntoldMonitor(int code, String reason) {
    if (!Files.exists(engine.monitorSocket(key))) {
      return;
    }
    try {
      attach(Deadline.after(engine.limits().stop()));
    } catch (MonitorException e) {
      LOG.debug("it has ended by itself: {}", e.getMessage());
    }
    monitor.ifPresent(connected -> connected.stop(code, reason));
    detach();
  }

  /**
   * Removes all that tells of it: the monitor's socket, the state directory, the index entry. An
   * ending that comes later finds no journal to change.
   */
  public synchronized void forget() {
    Path socket = engine.monitorSocket(key);
    try {
      // A monitor that was killed has left them.
      Files.deleteIfExists(socket);
      Files.deleteIfExists(socket.resolveSibling(socket.getFileName() + SESSIONS_SUFFIX));
    } catch (IOException e) {
      throw new UncheckedIOException("remove " + socket, e);
    }
    directory.remove();
    engine.index().remove(key);
  }
}
