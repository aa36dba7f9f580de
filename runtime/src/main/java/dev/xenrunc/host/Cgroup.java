package dev.xenrunc.host;

import dev.xenrunc.time.Deadline;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cgroup directories that a monitor was put into. */
public final class Cgroup {
  private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);
  private static final Path MOUNT_POINT = Path.of("/sys/fs/cgroup");

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
    boolean unified = Files.exists(MOUNT_POINT.resolve("cgroup.controllers"));
    String place = unified ? "0::" : ":pids:";
    Path hierarchy = unified ? MOUNT_POINT : MOUNT_POINT.resolve("pids");
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup"))) {
        int at = line.indexOf(place);
        if (at >= 0) {
          String path = line.substring(at + place.length()).replaceFirst("^/+", "");
          Path processes = hierarchy.resolve(path).resolve("cgroup.procs");
          return Files.readAllLines(processes).stream().map(Long::valueOf).toList();
        }
      }
      return List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static List<Path> hierarchies() {
    List<Path> hierarchies = new ArrayList<>();
    if (Files.exists(MOUNT_POINT.resolve("cgroup.controllers"))) {
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
