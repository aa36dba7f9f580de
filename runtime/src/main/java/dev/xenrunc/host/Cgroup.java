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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cgroup directories that a monitor was put into. */
public final class Cgroup {
  private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);
  private static final Path MOUNT_POINT = Path.of("/sys/fs/cgroup");
  private static final boolean UNIFIED_ONLY =
      Files.exists(MOUNT_POINT.resolve("cgroup.controllers"));

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
    String relative = path.startsWith("/") ? path.substring(1) : path;
    List<Path> left = new ArrayList<>();
    if (relative.isEmpty()) {
      return left;
    }
    for (Path hierarchy : hierarchies()) {
      Path directory = hierarchy.resolve(relative);
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

  /** The processes in the cgroup that a process is in; none if it has ended. */
  public static List<Long> processesBeside(long pid) {
    Optional<Path> directory = UNIFIED_ONLY ? of(pid, UNIFIED, "") : of(pid, ":pids:", "pids");
    try {
      return directory.isEmpty()
          ? List.of()
          : Files.readAllLines(directory.get().resolve("cgroup.procs")).stream()
              .map(Long::valueOf)
              .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Lets the cgroup run that a process is in: in a frozen one not even SIGKILL has an effect. */
  public static void thaw(long pid) {
    of(pid, ":freezer:", "freezer").ifPresent(place -> write(place, "freezer.state", "THAWED"));
    of(pid, UNIFIED, UNIFIED_ONLY ? "" : "unified")
        .ifPresent(place -> write(place, "cgroup.freeze", "0"));
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
