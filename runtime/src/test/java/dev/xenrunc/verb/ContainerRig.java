// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerId;
import dev.xenrunc.container.ContainerKey;
import dev.xenrunc.container.Containers;
import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.Departure;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Limits;
import dev.xenrunc.container.StateReport;
import dev.xenrunc.container.SweepSchedule;
import dev.xenrunc.container.Timings;
import dev.xenrunc.domain.DomainPlanner;
import dev.xenrunc.domain.GuestFiles;
import dev.xenrunc.domain.GuestSettings;
import dev.xenrunc.domain.HostFacts;
import dev.xenrunc.host.HostSysctls;
import dev.xenrunc.host.Poll;
import dev.xenrunc.host.Signal;
import dev.xenrunc.host.UndoStack;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.xl.TscMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An engine without Xen, and the bundle of one container, for tests of what its verbs do. */
abstract class ContainerRig {
  static final Duration SHORT = Duration.ofMillis(300);
  static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory;

  final FakeToolstack toolstack = new FakeToolstack();
  final FakeLauncher launcher = new FakeLauncher();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  final Departure departure = new Departure();
  Containers containers;
  ContainerKey key;
  Optional<Path> consoleSocket = Optional.empty();
  boolean seccomp = true;
  int vcpusMax;
  Duration stop = LONG;

  @BeforeEach
  void makeBundle() throws IOException {
    Files.createDirectories(directory.resolve("bundle/rootfs"));
    Files.writeString(directory.resolve("vmlinux"), "kernel");
    Files.writeString(
        directory.resolve("bundle/config.json"),
        """
        {"ociVersion": "1.0.2", "root": {"path": "rootfs"},
         "process": {"args": ["sh"], "cwd": "/"},
         "linux": {"namespaces": [{"type": "network"}, {"type": "pid"}, {"type": "ipc"},
                                  {"type": "uts"}],
                   "cgroupsPath": "/xen-runc-containers-test"},
         "hooks": {"prestart": [{"path": "/bin/true"}], "poststart": [{"path": "/bin/true"}]}}
        """);
    containers = newEngine();
    key = new ContainerKey(directory.resolve("root"), new ContainerId("web"));
  }

  @AfterEach
  void stop() throws InterruptedException {
    launcher.monitors.forEach(FakeMonitor::die);
    executor.shutdownNow();
    timer.shutdownNow();
    // An ending still writes into the directory that JUnit removes next.
    assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS));
    assertTrue(timer.awaitTermination(10, TimeUnit.SECONDS));
  }

  Containers newEngine() {
    GuestSettings guest =
        new GuestSettings(
            directory.resolve("vmlinux"),
            directory.resolve("vmlinux"),
            directory.resolve("vmlinux"),
            64,
            32,
            16,
            0,
            1,
            vcpusMax,
            List.of(),
            TscMode.DEFAULT,
            "",
            List.of(),
            Set.of(),
            GuestFiles.NONE,
            false);
    return new Containers(
        new EngineParts(
            toolstack,
            new DomainPlanner(guest, new HostFacts(2, 1 << 20, 0)),
            new EngineParts.Settings(
                new Limits(LONG, LONG, LONG, LONG, LONG, SHORT, stop, LONG),
                seccomp,
                new CrashPoint.Armed(Optional.empty())),
            new EngineParts.Places(
                directory.resolve("run"),
                Path.of("/usr/lib/xen-runc/xen-hotplug"),
                new HostSysctls(directory.resolve("sys"), 1 << 20)),
            new EngineParts.Threads(executor, timer),
            new SweepSchedule(),
            departure));
  }

  private Caller caller() {
    return new Caller(launcher, new Timings());
  }

  /** Returns when the engine has looked at the network after it, too. */
  UndoStack create() {
    UndoStack undo = createAlone();
    within(() -> launcher.monitor().asked.contains(FrameType.SCAN_NET));
    within(this::nobodyHoldsTheLock);
    return undo;
  }

  /** Does not wait for it: whoever looks at the network would make way, and begin again later. */
  private boolean nobodyHoldsTheLock() {
    try {
      containers.existing(key).exclusively(Deadline.after(Duration.ZERO), () -> {});
      return true;
    } catch (ContainerException.Busy e) {
      return false;
    }
  }

  UndoStack createAlone() {
    CreateCall call =
        new CreateCall(
            key,
            directory.resolve("bundle"),
            new Attachment(consoleSocket, false),
            Optional.of(directory.resolve("pid")),
            false);
    return new Create(containers, call, caller()).run();
  }

  void start() {
    new Start(containers.existing(key), Attachment.DETACHED, caller()).run();
  }

  String status() {
    return StateReport.of(containers.existing(key).state()).status();
  }

  UndoStack exec(boolean ignoresPause) {
    ExecCall call =
        new ExecCall(
            main -> main,
            new Attachment(Optional.empty(), true),
            Optional.of(directory.resolve("pid")),
            ignoresPause);
    return new Exec(containers.existing(key), caller()).run(call);
  }

  void kill(Signal signal, boolean all) {
    new Kill(containers.existing(key)).run(signal, all);
  }

  void pause() {
    new Pause(containers.existing(key)).run();
  }

  void resume() {
    new Resume(containers.existing(key)).run();
  }

  void update(ResourcesSpec change) {
    new Update(containers.existing(key)).run(change);
  }

  void delete() {
    new Delete(containers, key, caller()).run();
  }

  void deleteForcibly() {
    new Delete(containers, key, caller()).force();
  }

  void addSeccomp() throws IOException {
    Path file = directory.resolve("bundle/config.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"cgroupsPath\"",
                "\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\"}, \"cgroupsPath\""));
  }

  static void assertSays(String words, Runnable verb) {
    assertEquals(words, assertThrows(ContainerException.class, verb::run).getMessage());
  }

  static void within(BooleanSupplier condition) {
    assertTrue(Poll.until(condition, Deadline.after(LONG)), "waited in vain");
  }

  void assertNothingIsLeft() {
    assertEquals(Map.of(), toolstack.domains);
    launcher.monitors.forEach(monitor -> within(() -> !monitor.process.isAlive()));
    assertFalse(Files.exists(key.directory()));
    assertEquals(List.of(), files(directory.resolve("run/containers")));
    assertEquals(List.of(), files(directory.resolve("run/m")));
    assertTrue(containers.isIdle());
  }

  private static List<Path> files(Path below) {
    if (!Files.exists(below)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(below)) {
      return files.toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
