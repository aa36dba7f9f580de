package dev.xenrunc.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A link to every container's state directory, whatever its root: how an engine finds them all. */
final class ContainerIndex {
  private final Path directory;

  ContainerIndex(Path directory) {
    this.directory = directory;
  }

  void add(ContainerKey key) {
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

  /** The keys of all containers; entries without a state directory are dropped. */
  List<ContainerKey> all() {
    List<ContainerKey> keys = new ArrayList<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(directory)) {
      for (Path link : links) {
        Path state = Files.readSymbolicLink(link);
        Path root = state.getParent();
        if (root == null || !Files.isDirectory(state)) {
          Files.deleteIfExists(link);
        } else {
          keys.add(new ContainerKey(root, new ContainerId(String.valueOf(state.getFileName()))));
        }
      }
    } catch (NoSuchFileException e) {
      return keys;
    } catch (IOException e) {
      throw new UncheckedIOException("read the index " + directory, e);
    }
    return keys;
  }
}
