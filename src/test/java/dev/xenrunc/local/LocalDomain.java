// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.local;

import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.Domid;
import dev.xenrunc.xl.HostException;
import dev.xenrunc.xl.Size;
import dev.xenrunc.xl.Vif;
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
      Files.createFile(netns());
      tool("unshare", "--net=" + netns(), "true");
      Process process =
          new ProcessBuilder(
                  "socat",
                  "UNIX-LISTEN:" + socket() + ",mode=0600",
                  "EXEC:setpriv --pdeathsig KILL nsenter --net="
                      + netns()
                      + " unshare --mount --pid --uts --ipc --fork --kill-child=KILL --propagation private "
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

  /** The guest's network namespace, which is there before the agent is. */
  private Path netns() {
    return directory.resolve("netns");
  }

  /**
   * A pair of links, one in the guest with the vif's MAC and the other in place of the backend.
   * They are not joined with the container's interface: nothing passes.
   */
  void addVif(Vif vif) {
    String monitor = vif.note().split(":")[0];
    String inside = "guest" + vif.devid();
    String mac = vif.mac().text();
    tool(
        "ip",
        "link",
        "add",
        inside,
        "address",
        mac,
        "type",
        "veth",
        "peer",
        "name",
        name(vif.devid()));
    tool("ip", "link", "set", name(vif.devid()), "netns", monitor);
    tool("ip", "link", "set", inside, "netns", netns().toString());
    try {
      Files.writeString(carrier(vif.devid()), monitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void removeVif(int devid) {
    try {
      if (Files.exists(carrier(devid))) {
        String monitor = Files.readString(carrier(devid));
        tool("nsenter", "--net", "--target", monitor, "ip", "link", "del", name(devid));
        Files.delete(carrier(devid));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String name(int devid) {
    return "vif" + domain.domid().value() + "." + devid;
  }

  /** Says which monitor's network namespace has the vif. */
  private Path carrier(int devid) {
    return directory.resolve("vif" + devid);
  }

  private static void tool(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new HostException(String.join(" ", command) + ": " + said.strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
      if (Files.exists(netns())) {
        tool("umount", netns().toString());
      }
      Files.deleteIfExists(socket());
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
