// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.diagnosis.Cause;
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
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All containers of this host. */
public final class Containers {
  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

  private final EngineParts engine;
  private final Map<ContainerKey, Container> known = new ConcurrentHashMap<>();

  public Containers(EngineParts engine) {
    this.engine = engine;
  }

  /** Takes a key for a container that is to be created. */
  public Container add(ContainerKey key) {
    Container container = new Container(key, engine);
    if (Files.exists(key.directory()) || known.putIfAbsent(key, container) != null) {
      throw new ContainerException.AlreadyExists();
    }
    return container;
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

  /** True if nothing needs this engine. */
  public boolean isIdle() {
    return engine.index().all().isEmpty();
  }

  /** The container with this key. */
  public Container existing(ContainerKey key) {
    if (!Files.isDirectory(key.directory())) {
      throw new ContainerException.NotFound();
    }
    return known.computeIfAbsent(key, unused -> new Container(key, engine));
  }

  /** Forgets a container that is not there any more. */
  public void forget(Container container) {
    known.remove(container.key(), container);
  }

  /** Forgets whatever had this key. */
  public void forget(ContainerKey key) {
    known.remove(key);
  }

  /** What they need of the engine. */
  public EngineParts engine() {
    return engine;
  }
}
