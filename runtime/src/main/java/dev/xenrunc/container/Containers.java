// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.host.Cgroup;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.host.Signal;
import dev.xenrunc.host.UndoStack;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All containers of this host, and what can be done to them. */
public final class Containers {
  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

  private final Surroundings surroundings;
  private final Map<ContainerKey, Container> known = new ConcurrentHashMap<>();

  public Containers(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Creates a container; returns how to undo it if the caller cannot be told. */
  public UndoStack create(CreateOrder order, Launcher launcher, Phases phases) {
    if (Files.exists(order.key().directory())) {
      throw new ContainerException.AlreadyExists();
    }
    Container container = new Container(order.key(), surroundings);
    if (known.putIfAbsent(order.key(), container) != null) {
      throw new ContainerException.AlreadyExists();
    }
    UndoStack undo = new UndoStack();
    undo.push("container", () -> known.remove(order.key(), container));
    try {
      UndoStack created = new Creation(container, surroundings, order, launcher, phases).run();
      IllegalStateException gone = new IllegalStateException("the caller is gone");
      undo.push("create", () -> container.exclusively(busy(), () -> created.undo(gone)));
      return undo;
    } catch (RuntimeException e) {
      if (!container.directory().exists()) {
        undo.undo(e);
      }
      throw e;
    }
  }

  /** Runs a created container's process. */
  public void start(ContainerKey key, Attachment attachment, Launcher launcher, Phases phases) {
    Container container = existing(key);
    container.exclusively(
        busy(), () -> new Starting(container, surroundings, attachment, launcher, phases).run());
  }

  /** Runs a further process; returns how to end it if the caller cannot be told. */
  public UndoStack exec(ExecOrder order, Launcher launcher, Phases phases) {
    return new Executing(existing(order.key()), surroundings, launcher, phases).run(order);
  }

  /** Sends a signal to a container. */
  public void kill(ContainerKey key, Signal signal, boolean all) {
    Container container = existing(key);
    new Killing(container, surroundings).run(signal, all);
  }

  /** Holds a container's processors. */
  public void pause(ContainerKey key) {
    Container container = existing(key);
    container.exclusively(busy(), () -> new Pausing(container, surroundings).pause());
  }

  /** Lets a paused container's processors go on. */
  public void resume(ContainerKey key) {
    Container container = existing(key);
    container.exclusively(busy(), () -> new Pausing(container, surroundings).resume());
  }

  /** Gives a container other limits. */
  public void update(ContainerKey key, ResourcesSpec change) {
    Container container = existing(key);
    container.exclusively(busy(), () -> new Updating(container, surroundings).run(change));
  }

  /** What happens to a container from now on. */
  public Watching watch(ContainerKey key) {
    return new Watching(existing(key), surroundings);
  }

  /** Deletes a container that does not run. */
  public void delete(ContainerKey key, Launcher launcher, Phases phases) {
    Container container = existing(key);
    try {
      container.exclusively(
          busy(), () -> new Deletion(container, surroundings, phases).run(Optional.of(launcher)));
    } finally {
      forgetIfDeleted(container);
    }
  }

  private void forgetIfDeleted(Container container) {
    if (!container.directory().exists()) {
      forget(container);
    }
  }

  /** Deletes a container whatever it does; one that does not exist is no failure. */
  public void deleteForcibly(ContainerKey key, Launcher launcher, Phases phases) {
    Container container;
    try {
      container = existing(key);
    } catch (ContainerException.NotFound e) {
      known.remove(key);
      return;
    }
    try {
      container.exclusively(
          busy(), () -> new Deletion(container, surroundings, phases).force(Optional.of(launcher)));
    } catch (ContainerException.NotFound e) {
      LOG.debug("it was deleted meanwhile");
    } finally {
      forgetIfDeleted(container);
    }
  }

  /** What state prints. */
  public StateReport state(ContainerKey key) {
    return StateReport.of(existing(key).state());
  }

  /** What list prints: the containers below one root. */
  public List<StateReport> list(Path root) {
    List<StateReport> reports = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path directory : directories) {
        report(directory).ifPresent(reports::add);
      }
    } catch (NoSuchFileException e) {
      return reports;
    } catch (IOException e) {
      throw new UncheckedIOException("list " + root, e);
    }
    reports.sort(Comparator.comparing(StateReport::id));
    return reports;
  }

  /** Empty, as with runc, for what is no container of this runtime: callers share a root. */
  private static Optional<StateReport> report(Path directory) {
    StateDirectory container = new StateDirectory(directory);
    try {
      return container.read().map(state -> StateReport.of(state).ownedBy(container.owner()));
    } catch (UncheckedIOException e) {
      LOG.warn("load container {}: {}", directory.getFileName(), Cause.words(e));
      return Optional.empty();
    }
  }

  /** The host processes that stand for a container's: its monitor, and a session an exec. */
  public List<Long> processes(ContainerKey key) {
    ContainerState state = existing(key).state();
    return state.status() == ContainerStatus.STOPPED
        ? List.of()
        : state.monitor().map(Containers::stands).orElse(List.of());
  }

  /** They are in the monitor's cgroup, together with the file server, which stands for nothing. */
  private static List<Long> stands(ProcessIdentity monitor) {
    TreeSet<Long> stands = new TreeSet<>(Set.of(monitor.pid()));
    Cgroup.processesBeside(monitor.pid()).stream()
        .filter(OwnCgroup::isSession)
        .forEach(stands::add);
    return List.copyOf(stands);
  }

  /** True if nothing needs this engine. */
  public boolean isIdle() {
    return surroundings.index().all().isEmpty();
  }

  /** The container with this key. */
  Container existing(ContainerKey key) {
    if (!Files.isDirectory(key.directory())) {
      throw new ContainerException.NotFound();
    }
    return known.computeIfAbsent(key, unused -> new Container(key, surroundings));
  }

  /** Forgets a container that is deleted. */
  void forget(Container container) {
    known.remove(container.key(), container);
  }

  Surroundings surroundings() {
    return surroundings;
  }

  private Deadline busy() {
    return Deadline.after(surroundings.limits().busy());
  }
}
