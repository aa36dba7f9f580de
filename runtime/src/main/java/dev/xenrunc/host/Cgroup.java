// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import dev.xenrunc.time.Deadline;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cgroup directories that a monitor was put into. */
public final class Cgroup {
  private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);
  private static final Path MOUNT_POINT = Path.of("/sys/fs/cgroup");
  private static final boolean UNIFIED_ONLY =
      Files.exists(MOUNT_POINT.resolve("cgroup.controllers"));

  /** Where the unified hierarchy is below the mount point. */
  private static final String UNIFIED_DIRECTORY = UNIFIED_ONLY ? "" : "unified";

  /** What the unified hierarchy's line of /proc/PID/cgroup begins with. */
  private static final String UNIFIED = "0::";

  private Cgroup() {}

  /**
   * Removes this path below every hierarchy's mount point, as soon as the last process there is
   * gone. Parents stay: they may be the caller's.
   *
   * @return the directories that could not be removed
   */
  public static List<Path> remove(String path, Deadline deadline) {
    List<Path> left = new ArrayList<>();
    Poll.until(
        () -> {
          left.clear();
          left.addAll(remove(path));
          return left.isEmpty();
        },
        deadline);
    return left;
  }

  private static List<Path> remove(String path) {
    List<Path> left = new ArrayList<>();
    for (Path directory : at(path)) {
      try {
        if (Files.deleteIfExists(directory)) {
          LOG.debug("removed {}", directory);
        }
      } catch (IOException e) {
        left.add(directory);
      }
    }
    return left;
  }

  /** This path below every hierarchy's mount point; none of it need be there. */
  public static List<Path> at(String path) {
    String relative = path.startsWith("/") ? path.substring(1) : path;
    return relative.isEmpty()
        ? List.of()
        : hierarchies().stream().map(hierarchy -> hierarchy.resolve(relative)).toList();
  }

  /** Where a process is in the unified hierarchy; nowhere if it is in the root or has ended. */
  public static List<Path> unifiedOf(long pid) {
    Path root = MOUNT_POINT.resolve(UNIFIED_DIRECTORY);
    return unified(pid).stream().filter(directory -> !directory.equals(root)).toList();
  }

  /** The processes in the cgroup that a process is in; none if it has ended. */
  public static List<Long> processesBeside(long pid) {
    return (UNIFIED_ONLY ? unified(pid) : of(pid, ":pids:", "pids"))
        .map(Cgroup::processes)
        .orElse(List.of());
  }

  /** The processes in a directory; none if it is gone. */
  public static List<Long> processes(Path directory) {
    try {
      return Files.readAllLines(directory.resolve("cgroup.procs")).stream()
          .map(Long::valueOf)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The directories that may keep a process from running; none if it has ended. */
  public static List<Path> freezersOf(long pid) {
    return Stream.of(of(pid, ":freezer:", "freezer"), unified(pid))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Lets what is in these directories run: in a frozen one of version 1 SIGKILL has no effect. */
  public static void thaw(List<Path> directories) {
    for (Path directory : directories) {
      write(directory, "freezer.state", "THAWED");
      write(directory, "cgroup.freeze", "0");
    }
  }

  private static Optional<Path> unified(long pid) {
    return of(pid, UNIFIED, UNIFIED_DIRECTORY);
  }

  /** The directory of a process's cgroup; empty if it has ended. */
  private static Optional<Path> of(long pid, String hierarchy, String mountPoint) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup"))) {
        int at = line.indexOf(hierarchy);
        if (at >= 0) {
          String path = line.substring(at + hierarchy.length()).replaceFirst("^/+", "");
          return Optional.of(MOUNT_POINT.resolve(mountPoint).resolve(path));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void write(Path directory, String name, String value) {
    Path file = directory.resolve(name);
    try {
      Files.writeString(file, value, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      LOG.trace("there is no {}", file);
    } catch (IOException e) {
      LOG.warn("write {} to {}: {}", value, file, e.getMessage());
    }
  }

  private static List<Path> hierarchies() {
    List<Path> hierarchies = new ArrayList<>();
    if (UNIFIED_ONLY) {
      hierarchies.add(MOUNT_POINT);
      return hierarchies;
    }
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(MOUNT_POINT, Files::isDirectory)) {
      entries.forEach(hierarchies::add);
    } catch (IOException e) {
      return hierarchies;
    }
    return hierarchies;
  }
}
