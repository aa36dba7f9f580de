// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A container's directory below --root: state.json, config.json, seccomp.bpf and lock. */
public final class StateDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);
  private static final String STATE = "state.json";
  private static final String SPEC = "config.json";
  private static final String SECCOMP = "seccomp.bpf";

  private final Path directory;

  public StateDirectory(Path directory) {
    this.directory = directory;
  }

  Path path() {
    return directory;
  }

  /** Makes the directory; fails if it exists. */
  public void make() {
    LOG.debug("make {}", directory);
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    try {
      Path root = directory.getParent();
      if (root != null) {
        Files.createDirectories(root);
      }
      Files.createDirectory(directory, ownerOnly);
    } catch (FileAlreadyExistsException e) {
      throw new ContainerException.AlreadyExists();
    } catch (IOException e) {
      throw new UncheckedIOException("make the state directory " + directory, e);
    }
  }

  /** The owner's name, or the number if it has none. */
  String owner() {
    try {
      return Files.getOwner(directory).getName();
    } catch (IOException e) {
      return "";
    }
  }

  public boolean exists() {
    return Files.isDirectory(directory);
  }

  /** Replaces state.json at once. */
  public void write(ContainerState state) {
    LOG.debug("write {}: {}", directory.resolve(STATE), state.stage());
    try {
      // A name of its own: two writers must not share a half written file.
      Path next = Files.createTempFile(directory, STATE, ".new");
      Files.write(next, StateFile.write(state));
      Files.move(next, directory.resolve(STATE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("write " + directory.resolve(STATE), e);
    }
  }

  /** What was written last; empty if nothing was, or if it is not ours. */
  public Optional<ContainerState> read() {
    try {
      return Optional.of(StateFile.read(Files.readAllBytes(directory.resolve(STATE))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + directory.resolve(STATE), e);
    }
  }

  public void writeSpec(byte[] json) {
    LOG.debug("write {}: {} bytes", directory.resolve(SPEC), json.length);
    try {
      Files.write(directory.resolve(SPEC), json);
    } catch (IOException e) {
      throw new UncheckedIOException("write " + directory.resolve(SPEC), e);
    }
  }

  byte[] readSpec() {
    try {
      return Files.readAllBytes(directory.resolve(SPEC));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + directory.resolve(SPEC), e);
    }
  }

  /** Keeps the compiled seccomp profile, under which every process of the container runs. */
  public void writeSeccomp(byte[] program) {
    LOG.debug("write {}: {} bytes", directory.resolve(SECCOMP), program.length);
    try {
      Files.write(directory.resolve(SECCOMP), program);
    } catch (IOException e) {
      throw new UncheckedIOException("write " + directory.resolve(SECCOMP), e);
    }
  }

  /** The compiled seccomp profile; empty if the container has none. */
  Optional<byte[]> readSeccomp() {
    try {
      return Optional.of(Files.readAllBytes(directory.resolve(SECCOMP)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + directory.resolve(SECCOMP), e);
    }
  }

  /**
   * Locks the directory against another engine's verbs, and those of this one's on a container that
   * had the same name; empty if one holds it.
   */
  Optional<FileLock> tryLock() {
    try {
      FileChannel channel =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      Optional<FileLock> lock = tryLock(channel);
      if (lock.isEmpty()) {
        channel.close();
      }
      return lock;
    } catch (NoSuchFileException e) {
      throw new ContainerException.NotFound();
    } catch (IOException e) {
      throw new UncheckedIOException("lock " + directory, e);
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  /** Removes everything. */
  void remove() {
    if (!exists()) {
      return;
    }
    LOG.debug("remove {}", directory);
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("remove " + directory, e);
    }
  }
}
