// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import dev.xenrunc.xl.store.XenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The toolstack on real Xen: run in dom0 by src/test/lab/smoke. Arguments: kernel, initramfs, vif
 * script, and the steps wanted if not all. Prints what it saw and how long it took; exits 0 if all
 * was as it should be.
 */
final class XlSmoke {
  private static final Path LOGS = Path.of("/var/log/xen-runc");
  private static final XenHost HOST = XenHost.debian(LOGS);

  private final Path kernel;
  private final Path initramfs;
  private final Path script;
  private final LibxlToolstack toolstack = new LibxlToolstack(HOST);
  private final XenStore store = new XenStore(HOST.storeSocket());
  private long since = System.nanoTime();

  private XlSmoke(String[] arguments) {
    kernel = Path.of(arguments[0]);
    initramfs = Path.of(arguments[1]);
    script = Path.of(arguments[2]);
  }

  public static void main(String[] arguments) throws Exception {
    XlSmoke smoke = new XlSmoke(arguments);
    smoke.toolstack.list(soon());
    smoke.say("libxl loaded, domains listed");
    String wanted = arguments.length > 3 ? arguments[3] : "lives channel memory hang two";
    for (String step : wanted.split(" ")) {
      smoke.run(step);
    }
    smoke.close();
    System.out.println("smoke: passed");
  }

  private void run(String step) throws Exception {
    switch (step) {
      case "lives" -> {
        childKeepsItsExitCode(3);
        domainLives("poweroff", ShutdownReason.POWEROFF);
        domainLives("reboot", ShutdownReason.REBOOT);
        domainLives("crash", ShutdownReason.CRASH);
        childKeepsItsExitCode(7);
      }
      case "channel" -> channelIsAwaited();
      case "memory" -> domainThatDoesNotFitIsRefused();
      case "hang" -> hangingXenstoredIsLeftAtTheDeadline();
      case "two" -> twoAreBuiltAtOnce();
      default -> throw new IllegalArgumentException(step);
    }
  }

  private void close() {
    toolstack.close();
    store.close();
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofMinutes(10));
  }

  private void say(String what) {
    long now = System.nanoTime();
    System.out.printf("smoke: %6d ms  %s%n", (now - since) / 1_000_000, what);
    since = System.nanoTime();
  }

  private static void require(boolean truth, String what) {
    if (!truth) {
      throw new IllegalStateException("not so: " + what);
    }
  }

  private DomainConfig config(String end, long memoryKib) {
    Boot boot = new Boot(kernel, initramfs, "console=hvc0 quiet loglevel=3 panic=0 -- " + end);
    UUID uuid = UUID.randomUUID();
    return new DomainConfig(
        "smoke-" + uuid.toString().substring(0, 8),
        uuid,
        boot,
        Size.of(1, memoryKib),
        TscMode.DEFAULT,
        Map.of("id", "smoke " + end),
        List.of(),
        List.of());
  }

  private Vif vif() {
    return new Vif(
        0, new MacAddress("02:42:ac:11:00:22"), 1500, script, "smoke", VifRate.UNBOUNDED);
  }

  /** The whole life of a domain that ends by itself. */
  private void domainLives(String end, ShutdownReason reason) throws Exception {
    Process child = new ProcessBuilder("/bin/sh", "-c", "sleep 1; exit 5").start();
    since = System.nanoTime();
    Domain domain = toolstack.createPaused(config(end, 65536), soon());
    say("create " + domain);
    DomainInfo info = toolstack.info(domain, soon()).orElseThrow();
    require(info.state() == DomainState.PAUSED, info + " is paused");
    say("info: " + info.state() + ", " + info.memoryKib() + " KiB");
    Optional<String> label = toolstack.label(domain, "id", soon());
    require(label.equals(Optional.of("smoke " + end)), "label is " + label);
    require(toolstack.find(domain.uuid(), soon()).isPresent(), "it is found by its uuid");
    Domain stranger = new Domain(domain.domid(), UUID.randomUUID());
    toolstack.destroy(stranger, soon());
    require(toolstack.info(domain, soon()).isPresent(), "another's uuid destroys nothing");

    CompletableFuture<ShutdownReason> death = new CompletableFuture<>();
    since = System.nanoTime();
    try (DeathWatch watch = toolstack.watchDeath(domain, (dead, why) -> death.complete(why))) {
      toolstack.unpause(domain, soon());
      say("unpause");
      toolstack.addVif(domain, vif(), soon());
      String netdev = "vif" + domain.domid() + ".0";
      require(Files.exists(Path.of("/sys/class/net", netdev)), netdev + " exists");
      toolstack.announceVif(domain, vif().devid(), soon());
      say("add vif");
      ShutdownReason seen = death.get(10, TimeUnit.MINUTES);
      require(seen == reason, "it ended with " + seen);
      say("it ended with " + seen + " after power-on");
      require(watch != null, "watched");
    }
    require(child.waitFor() == 5, "Java's child exited with 5 while libxl forked");
    since = System.nanoTime();
    toolstack.destroy(domain, soon());
    say("destroy");
    require(toolstack.info(domain, soon()).isEmpty(), "it is gone");
    toolstack.destroy(domain, soon());
  }

  private void childKeepsItsExitCode(int code) throws IOException, InterruptedException {
    Process child = new ProcessBuilder("/bin/sh", "-c", "exit " + code).start();
    require(child.waitFor() == code, "Java's child exited with " + code);
    say("Java's child exited with " + code);
  }

  /** dom0 writes here what an agent would. */
  private void channelIsAwaited() {
    Domain domain = toolstack.createPaused(config("poweroff", 65536), soon());
    String path = StorePaths.channel(domain.domid());
    CompletableFuture<ChannelAddress> address =
        CompletableFuture.supplyAsync(() -> toolstack.awaitChannel(domain, soon()));
    store.write(path + "/ring-ref", "8", soon());
    store.write(path + "/event-channel", "9", soon());
    require(
        address.join().equals(new ChannelAddress.Vchan(domain.domid(), 8, 9)), "channel is read");
    store.write(path + "/ring-ref", "8\n", soon());
    try {
      toolstack.awaitChannel(domain, soon());
      require(false, "hostile ring-ref is refused");
    } catch (RuntimeException e) {
      say("hostile ring-ref: " + e.getMessage());
    }
    store.remove(path, soon());
    CompletableFuture<ChannelAddress> never =
        CompletableFuture.supplyAsync(() -> toolstack.awaitChannel(domain, soon()));
    toolstack.destroy(domain, soon());
    try {
      never.join();
      require(false, "a domain that dies has no channel");
    } catch (RuntimeException e) {
      require(e.getCause() instanceof DomainGoneException, "told that it is gone: " + e);
      say("channel of a dead one: " + e.getCause().getMessage());
    }
  }

  private void twoAreBuiltAtOnce() {
    since = System.nanoTime();
    CompletableFuture<Domain> one =
        CompletableFuture.supplyAsync(
            () -> toolstack.createPaused(config("poweroff", 65536), soon()));
    Domain other = toolstack.createPaused(config("poweroff", 65536), soon());
    Domain first = one.join();
    say("two created at once: " + first + " " + other);
    require(toolstack.list(soon()).size() >= 2, "both are listed");
    toolstack.destroy(first, soon());
    toolstack.destroy(other, soon());
    say("two destroyed");
  }

  private void domainThatDoesNotFitIsRefused() {
    try {
      toolstack.createPaused(config("poweroff", 64L * 1024 * 1024), soon());
      require(false, "64 GiB do not fit");
    } catch (NoMemoryException e) {
      say(e.getMessage());
    }
    require(toolstack.list(soon()).isEmpty(), "nothing is left: " + toolstack.list(soon()));
  }

  private void hangingXenstoredIsLeftAtTheDeadline() throws IOException, InterruptedException {
    String pid = Files.readString(Path.of("/run/xen/xenstored.pid")).strip();
    DomainConfig config = config("poweroff", 65536);
    signal("STOP", pid);
    try {
      toolstack.createPaused(config, Deadline.after(Duration.ofSeconds(5)));
      require(false, "xenstored is stopped");
    } catch (DeadlineExceededException e) {
      say(e.getMessage());
    } finally {
      signal("CONT", pid);
    }
    Deadline deadline = soon();
    while (toolstack.find(config.uuid(), deadline).isEmpty()) {
      deadline.check("the late domain");
      Thread.sleep(100);
    }
    say("the domain came late, and is found by its uuid");
    // libxl is still building it; a second create waits for nothing of that.
    Thread.sleep(10_000);
    toolstack.destroy(toolstack.find(config.uuid(), deadline).orElseThrow(), soon());
    require(toolstack.list(soon()).isEmpty(), "nothing is left: " + toolstack.list(soon()));
    say("the late domain is destroyed");
  }

  private static void signal(String name, String pid) throws IOException, InterruptedException {
    require(new ProcessBuilder("kill", "-" + name, pid).start().waitFor() == 0, "kill " + name);
  }
}
