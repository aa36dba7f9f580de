// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.check.Finding;
import dev.xenrunc.container.Containers;
import dev.xenrunc.container.Departure;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Sweep;
import dev.xenrunc.container.SweepSchedule;
import dev.xenrunc.diagnosis.LogKeys;
import dev.xenrunc.domain.DomainPlanner;
import dev.xenrunc.domain.HostFacts;
import dev.xenrunc.engine.EngineServer;
import dev.xenrunc.host.HostMemory;
import dev.xenrunc.host.HostSysctls;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.LibxlToolstack;
import dev.xenrunc.xl.Toolstack;
import dev.xenrunc.xl.XenHost;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's main program, and the only place that wires its parts together. */
public final class XenRunc {
  private static final Logger LOG = LoggerFactory.getLogger(XenRunc.class);
  private static final Path RUN = Path.of("/run/xen-runc");
  private static final Path LOGS = Path.of("/var/log/xen-runc");
  private static final Path CONFIG = Path.of("/etc/xen-runc/config.toml");
  private static final int SWEEP_SECONDS = 3;

  private XenRunc() {}

  /**
   * Runs the engine; with {@code --train} only loads its classes, for make-cds; with {@code
   * --check} says what of this host is right and wrong, for the program check.
   */
  public static void main(String[] args) throws IOException {
    if (args.length == 1 && args[0].equals("--train")) {
      Training.run();
      return;
    }
    if (args.length == 1 && args[0].equals("--check")) {
      System.exit(check(System.out));
    }
    System.exit(serve(new LibxlToolstack(XenHost.debian(LOGS))));
  }

  private static int check(PrintStream out) throws IOException {
    List<Finding> findings;
    try (Toolstack toolstack = new LibxlToolstack(XenHost.debian(LOGS))) {
      findings = new Check(toolstack, CONFIG, libexec()).findings(Path.of("/"));
    }
    findings.forEach(finding -> out.println(finding.line()));
    return Check.code(findings);
  }

  private static Path libexec() {
    return Path.of(System.getProperty("xen-runc.libexec", "/usr/lib/xen-runc"));
  }

  /**
   * Serves launchers until there is nothing left to do.
   *
   * @return the process's exit code
   */
  public static int serve(Toolstack toolstack) throws IOException {
    Path libexec = libexec();
    Config config;
    try {
      config = ConfigFile.read(CONFIG, libexec);
    } catch (IllegalArgumentException e) {
      LOG.error("{}", e.getMessage());
      return 1;
    }
    makeDirectory(RUN);
    makeDirectory(RUN.resolve("m"));
    ExecutorService executor = Executors.newCachedThreadPool(named("work"));
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("timer"));
    // Nearly all alarms are cancelled, long before their time.
    timer.setRemoveOnCancelPolicy(true);
    ScheduledExecutorService sweeper = Executors.newScheduledThreadPool(1, named("sweep"));
    HostMemory memory = HostMemory.read();
    HostFacts host =
        new HostFacts(
            Runtime.getRuntime().availableProcessors(), memory.ramKib(), memory.swapKib());
    EngineParts engine =
        new EngineParts(
            toolstack,
            new DomainPlanner(config.guest(), host),
            new EngineParts.Settings(config.limits(), config.seccomp(), config.crash()),
            new EngineParts.Places(
                RUN,
                libexec.resolve("xen-hotplug"),
                new HostSysctls(Path.of("/proc/sys"), memory.ramKib())),
            new EngineParts.Threads(executor, timer),
            new SweepSchedule(),
            new Departure());
    Containers containers = new Containers(engine);
    EngineServer.Settings settings =
        new EngineServer.Settings(RUN.resolve("engine.sock"), build(libexec), config.idle());
    EngineServer server = new EngineServer(settings, new CommandLines(containers), executor, timer);
    LOG.info("engine {} build {}", ProcessHandle.current().pid(), settings.build());
    Sweep sweep = new Sweep(containers);
    sweep.takeOver();
    var sweeping =
        sweeper.scheduleWithFixedDelay(sweep::tidyIfDue, 0, SWEEP_SECONDS, TimeUnit.SECONDS);
    server.serve();
    // The next engine may be there already, and its sweeps are the only ones then.
    sweeping.cancel(false);
    engine.departure().begin();
    server.awaitVerbs();
    if (!engine.departure().await(Deadline.after(config.limits().domain()))) {
      LOG.warn("the network of a guest is still being changed after {}", config.limits().domain());
    }
    return 0;
  }

  private static void makeDirectory(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }

  private static String build(Path libexec) throws IOException {
    try {
      return Files.readString(libexec.resolve("../../share/xen-runc/build-id"))
          .lines()
          .findFirst()
          .orElse("");
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(LogKeys.dropped(work), name + " " + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
