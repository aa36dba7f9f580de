// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.local;

import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.Domid;
import dev.xenrunc.xl.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A domain that is a process: a directory that says what it is, so that the next engine finds it,
 * and its agent behind a socket.
 */
record LocalDomain(Path directory, Domain domain, Map<String, String> labels) {
  private static final String PROPERTIES = "domain.properties";
  private static final String MEMORY = "memory";
  private static final String LABEL = "label.";
  private static final List<Path> CGROUP_ROOTS =
      List.of(Path.of("/sys/fs/cgroup/unified"), Path.of("/sys/fs/cgroup"));
  private static final int REMOVAL_TRIES = 200;

  /** A line a socket; its flags hold __SO_ACCEPTCON once it listens. */
  private static final Path SOCKETS = Path.of("/proc/net/unix");

  private static final String LISTENS = " 00010000 ";

  /** Writes down a domain that nobody runs yet. */
  static LocalDomain define(Path store, Domid domid, DomainConfig config) {
    Path directory = store.resolve(config.uuid().toString());
    Properties properties = new Properties();
    properties.setProperty("domid", domid.toString());
    config.labels().forEach((key, value) -> properties.setProperty(LABEL + key, value));
    try {
      Files.createDirectories(directory);
      try (var writer = Files.newBufferedWriter(directory.resolve(PROPERTIES))) {
        properties.store(writer, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new LocalDomain(directory, new Domain(domid, config.uuid()), config.labels());
  }

  static Optional<LocalDomain> read(Path directory) {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(directory.resolve(PROPERTIES))) {
      properties.load(reader);
    } catch (IOException e) {
      return Optional.empty();
    }
    Map<String, String> labels =
        properties.stringPropertyNames().stream()
            .filter(name -> name.startsWith(LABEL))
            .collect(
                Collectors.toMap(name -> name.substring(LABEL.length()), properties::getProperty));
    Domid domid = new Domid(Integer.parseInt(properties.getProperty("domid")));
    UUID uuid = UUID.fromString(String.valueOf(directory.getFileName()));
    return Optional.of(new LocalDomain(directory, new Domain(domid, uuid), labels));
  }

  static List<LocalDomain> all(Path store) {
    try (Stream<Path> directories = Files.list(store)) {
      return directories.flatMap(directory -> read(directory).stream()).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Remembers the size that was asked for. */
  void resize(Size size) {
    try {
      Files.writeString(directory.resolve(MEMORY), Long.toString(size.memoryKib()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The memory that was asked for last; 0 if nothing was. */
  long memoryKib() {
    try {
      return Long.parseLong(Files.readString(directory.resolve(MEMORY)));
    } catch (IOException e) {
      return 0;
    }
  }

  /** Where the monitor finds it, which leaves the host's files: in the folder of its own socket. */
  Path socket() {
    return Path.of("/run/xen-runc/m", domain.uuid() + ".agent");
  }

  /** True when somebody listens at the socket, which is there before; it takes one call only. */
  boolean listens() {
    try {
      return Files.readAllLines(SOCKETS).stream()
          .anyMatch(line -> line.contains(LISTENS) && line.endsWith(" " + socket()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs the agent as PID 1 of namespaces of its own, behind a socket that waits for the monitor.
   */
  void run(Path agent) {
    try {
      Files.createDirectories(cgroup());
      Process process =
          new ProcessBuilder(
                  "socat",
                  "UNIX-LISTEN:" + socket() + ",mode=0600",
                  "EXEC:setpriv --pdeathsig KILL unshare --mount --pid --net --uts --ipc"
                      + " --fork --kill-child=KILL --propagation private "
                      + agent
                      + " --fd 0 --cgroup "
                      + cgroup())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(directory.resolve("console").toFile())
              .start();
      Files.writeString(directory.resolve("pid"), Long.toString(process.pid()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is the guest's own cgroup tree on Xen. */
  private Path cgroup() {
    return CGROUP_ROOTS.stream()
        .filter(root -> Files.exists(root.resolve("cgroup.controllers")))
        .findFirst()
        .orElseThrow()
        .resolve("xen-runc-local-" + domain.uuid());
  }

  private void removeCgroup() throws IOException {
    for (int tries = 0; Files.exists(cgroup()); tries++) {
      try (Stream<Path> below = Files.walk(cgroup())) {
        for (Path group :
            below.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(group);
        }
      } catch (FileSystemException | UncheckedIOException e) {
        // Its last processes are still being reaped.
        if (tries == REMOVAL_TRIES) {
          throw e;
        }
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  /** The process that runs it; empty before {@link #run} and after its end. */
  Optional<ProcessHandle> process() {
    try {
      String pid = Files.readString(directory.resolve("pid"), StandardCharsets.US_ASCII);
      return ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  boolean hasRun() {
    return Files.exists(directory.resolve("pid"));
  }

  /** Sends a signal to the agent and to every process below it. */
  void signal(String name) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    process()
        .ifPresent(
            process ->
                Stream.concat(Stream.of(process), process.descendants())
                    .forEach(each -> command.add(Long.toString(each.pid()))));
    try {
      new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process and forgets the domain. */
  void destroy() {
    process()
        .ifPresent(
            process -> {
              process.descendants().forEach(ProcessHandle::destroyForcibly);
              process.destroyForcibly();
              process.onExit().join();
            });
    try (Stream<Path> files = Files.walk(directory)) {
      removeCgroup();
      Files.deleteIfExists(socket());
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
