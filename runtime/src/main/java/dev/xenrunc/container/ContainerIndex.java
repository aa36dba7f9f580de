// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A link to every container's state directory, whatever its root: how an engine finds them all.
 * Another engine may change it at any time.
 */
public final class ContainerIndex {
  private final Path directory;

  ContainerIndex(Path directory) {
    this.directory = directory;
  }

  public synchronized void add(ContainerKey key) {
    Path link = directory.resolve(key.hash());
    try {
      Files.createDirectories(directory);
      if (Files.isSymbolicLink(link)) {
        Path taken = Files.readSymbolicLink(link);
        if (taken.equals(key.directory())) {
          return;
        }
        if (Files.isDirectory(taken)) {
          throw new ContainerException.Failed(
              "key " + key.hash() + " is taken by the container in " + taken);
        }
        Files.delete(link);
      }
      Files.createSymbolicLink(link, key.directory());
    } catch (IOException e) {
      throw new UncheckedIOException("add to the index " + link, e);
    }
  }

  void remove(ContainerKey key) {
    try {
      Files.deleteIfExists(directory.resolve(key.hash()));
    } catch (IOException e) {
      throw new UncheckedIOException("remove from the index " + key.hash(), e);
    }
  }

  /**
   * The keys of all containers that are there before this begins and after it ends; entries without
   * a state directory are dropped. Throws rather than to leave one out: a domain is destroyed if
   * its container is not here.
   */
  public synchronized List<ContainerKey> all() {
    List<ContainerKey> keys = new ArrayList<>();
    if (Files.notExists(directory)) {
      return keys;
    }
    try (DirectoryStream<Path> links = Files.newDirectoryStream(directory)) {
      for (Path link : links) {
        read(link).ifPresent(keys::add);
      }
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException("read the index " + directory, e.getCause());
    } catch (IOException e) {
      throw new UncheckedIOException("read the index " + directory, e);
    }
    return keys;
  }

  private static Optional<ContainerKey> read(Path link) throws IOException {
    Path state;
    try {
      state = Files.readSymbolicLink(link);
    } catch (NoSuchFileException e) {
      // Its container was deleted after the directory was read.
      return Optional.empty();
    }
    Path root = state.getParent();
    if (root == null || !Files.isDirectory(state)) {
      Files.deleteIfExists(link);
      return Optional.empty();
    }
    return Optional.of(
        new ContainerKey(root, new ContainerId(String.valueOf(state.getFileName()))));
  }
}
