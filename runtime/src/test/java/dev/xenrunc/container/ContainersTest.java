package dev.xenrunc.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.domain.DomainPlanner;
import dev.xenrunc.domain.GuestFiles;
import dev.xenrunc.domain.GuestSettings;
import dev.xenrunc.domain.HostFacts;
import dev.xenrunc.host.HostSysctls;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.OrderException;
import dev.xenrunc.host.Poll;
import dev.xenrunc.host.Signal;
import dev.xenrunc.host.UndoStack;
import dev.xenrunc.monitor.MonitorException;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.wire.WireException;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.Domid;
import dev.xenrunc.xl.HostException;
import dev.xenrunc.xl.ShutdownReason;
import dev.xenrunc.xl.Size;
import dev.xenrunc.xl.TscMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainersTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private final FakeToolstack toolstack = new FakeToolstack();
  private final FakeLauncher launcher = new FakeLauncher();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private Containers containers;
  private ContainerKey key;
  private Optional<Path> consoleSocket = Optional.empty();
  private boolean seccomp = true;
  private int vcpusMax;
  private Duration stop = LONG;

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

  private Containers newEngine() {
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
            GuestFiles.NONE);
    return new Containers(
        new Surroundings(
            toolstack,
            new DomainPlanner(guest, new HostFacts(2, 1 << 20, 0)),
            new Limits(LONG, LONG, LONG, LONG, LONG, SHORT, stop, LONG),
            executor,
            timer,
            directory.resolve("run"),
            Path.of("/usr/lib/xen-runc/xen-hotplug"),
            seccomp,
            new HostSysctls(directory.resolve("sys"), 1 << 20),
            new CrashPoint.Armed(Optional.empty()),
            new Disorder()));
  }

  private UndoStack create() {
    CreateOrder order =
        new CreateOrder(
            key,
            directory.resolve("bundle"),
            new Attachment(consoleSocket, false),
            Optional.of(directory.resolve("pid")),
            false);
    return containers.create(order, launcher, new Phases());
  }

  private void start() {
    containers.start(key, Attachment.DETACHED, launcher, new Phases());
  }

  private String status() {
    return containers.state(key).status();
  }

  @Test
  void aWholeLifeLeavesNothing() throws Exception {
    create();
    assertEquals("created", status());
    assertEquals(
        Long.toString(launcher.monitor().process.pid()),
        Files.readString(directory.resolve("pid")));
    start();
    assertEquals("running", status());
    assertEquals("02:42:00:00:00:01", toolstack.vifs.get(0).mac().text());
    containers.kill(key, Signal.TERM, false);
    launcher.monitor().exit(143);
    within(() -> status().equals("stopped"));
    assertEquals(0, containers.state(key).pid());
    containers.delete(key, launcher, new Phases());

    assertNothingIsLeft();
    assertEquals(
        List.of(
            FrameType.SCAN_NET,
            FrameType.CONNECT,
            FrameType.REFRESH,
            FrameType.PREPARE,
            FrameType.RUN,
            FrameType.SIGNAL),
        launcher.monitor().asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resolve", "readFile", "spawnMonitor", "runHook", "hook", "writePidFile"})
  void aCreateThatTheLauncherFailsLeavesNothing(String step) {
    launcher.failing = step;

    assertThrows(RuntimeException.class, this::create);

    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"createPaused", "unpause", "watchDeath"})
  void aCreateThatTheToolstackFailsLeavesNothing(String step) {
    toolstack.failing = step;

    ContainerException.Failed e = assertThrows(ContainerException.Failed.class, this::create);

    assertEquals("build domain: " + step + " failed as it was told", e.getMessage());
    assertNothingIsLeft();
  }

  @Test
  void aMissingKernelIsNamed() throws IOException {
    Files.delete(directory.resolve("vmlinux"));

    ContainerException.Failed e = assertThrows(ContainerException.Failed.class, this::create);

    assertTrue(e.getMessage().startsWith("guest kernel \""), e.getMessage());
    assertNothingIsLeft();
  }

  @Test
  void aCreateWhoseCallerIsGoneIsUndone() {
    create().undo(new IllegalStateException("gone"));

    assertNothingIsLeft();
  }

  @Test
  void anIdIsTakenOnce() {
    create();

    assertThrows(ContainerException.AlreadyExists.class, this::create);
    assertEquals("created", status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCAN_NET", "CONNECT", "REFRESH", "PREPARE", "RUN"})
  void aStartThatTheMonitorFailsStopsTheContainer(String request) {
    launcher.refusedByMonitor = request;
    create();

    RuntimeException e = assertThrows(RuntimeException.class, this::start);

    assertTrue(e.getMessage().contains("refused as it was told"), e.getMessage());
    assertEquals("stopped", status());
    assertEquals(Map.of(), toolstack.domains);
    containers.delete(key, launcher, new Phases());
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"addVif", "awaitChannel", "announceVif"})
  void aStartThatTheToolstackFailsStopsTheContainer(String step) {
    create();
    toolstack.failing = step;

    assertThrows(RuntimeException.class, this::start);

    assertEquals("stopped", status());
    assertEquals(Map.of(), toolstack.domains);
  }

  @Test
  void statusesRefuseVerbsInRuncsWords() throws Exception {
    assertSays("container does not exist", this::start);
    create();
    start();
    assertSays("cannot start an already running container", this::start);
    assertSays(
        "cannot delete container web that is not stopped: running",
        () -> containers.delete(key, launcher, new Phases()));
    launcher.monitor().exit(0);
    within(() -> status().equals("stopped"));
    assertSays("cannot start a container that has stopped", this::start);
    assertSays("container not running", () -> containers.kill(key, Signal.TERM, false));
    containers.kill(key, Signal.KILL, true);
  }

  private static ResourcesSpec memory(long mib) {
    return new ResourcesSpec(
        new ResourcesSpec.Memory(mib << 20, null, null),
        ResourcesSpec.NONE.cpu(),
        ResourcesSpec.NONE.pids(),
        Map.of(),
        List.of());
  }

  @Test
  void anUpdateChangesGuestAndDomainAndGoesOnFromTheLast() {
    create();
    containers.update(key, memory(24));
    assertEquals(List.of(), launcher.monitor().asked);
    start();
    containers.update(key, memory(32));
    assertEquals(
        List.of(41L, 49L), toolstack.sizes.stream().map(size -> size.memoryKib() / 1024).toList());
    assertEquals(FrameType.UPDATE, launcher.monitor().asked.get(5));

    assertThrows(BundleException.class, () -> containers.update(key, memory(64)));
    assertEquals(2, toolstack.sizes.size());
    assertEquals(6, launcher.monitor().asked.size());
  }

  @Test
  void aGuestThatHasBootedGivesBackTheProcessorsBeyondItsSize() {
    vcpusMax = 2;
    containers = newEngine();
    create();
    assertEquals(List.of(), toolstack.sizes);

    start();

    assertEquals(List.of(1), toolstack.sizes.stream().map(Size::vcpus).toList());
    assertEquals(2, toolstack.sizes.get(0).vcpusMax());
  }

  @Test
  void anUpdateThatFailsLeavesWhatWas() {
    create();
    start();
    toolstack.failing = "resize";

    assertThrows(HostException.class, () -> containers.update(key, memory(32)));

    toolstack.failing = "";
    containers.update(key, ResourcesSpec.NONE);
    assertEquals(64 * 1024, toolstack.sizes.get(0).memoryKib());
  }

  @Test
  void anUpdateNeedsAGuestThatCanAnswer() {
    create();
    start();
    containers.pause(key);
    assertSays(
        "cannot update a paused container: its guest cannot answer",
        () -> containers.update(key, memory(32)));
  }

  @Test
  void anOomIsToldOnce() throws Exception {
    create();
    start();
    Watching watching = containers.watch(key);
    launcher.monitor().oom(2);

    assertTrue(watching.awaitOom(LONG));
    assertFalse(watching.awaitOom(Duration.ofMillis(1)));
    launcher.monitor().oom(1);
    assertFalse(watching.awaitOom(Duration.ofMillis(50)));
  }

  @Test
  void deleteForciblyEndsARunningContainerAndIsIdempotent() {
    create();
    start();

    containers.deleteForcibly(key, launcher, new Phases());
    containers.deleteForcibly(key, launcher, new Phases());

    assertNothingIsLeft();
  }

  @Test
  void aKillThatTheGuestIgnoresDestroysItsDomain() {
    create();
    start();

    containers.kill(key, Signal.KILL, false);

    within(() -> toolstack.domains.isEmpty());
    within(() -> status().equals("stopped"));
    assertTrue(launcher.monitor().asked.contains(FrameType.STOP));
  }

  @Test
  void aKillIsNotForTheNextContainerOfTheId() throws Exception {
    create();
    start();
    containers.kill(key, Signal.KILL, false);
    containers.deleteForcibly(key, launcher, new Phases());
    create();
    start();

    Thread.sleep(2 * SHORT.toMillis());

    assertEquals("running", status());
    assertEquals(1, toolstack.domains.size());
  }

  @Test
  void theNetworkNamespaceOfAProcessIsRefused() throws IOException {
    Path config = directory.resolve("bundle/config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"network\"}", "\"network\", \"path\": \"/proc/1234/ns/net\"}"));

    BundleException e = assertThrows(BundleException.class, this::create);

    assertTrue(e.getMessage().contains("another container's or process's"), e.getMessage());
    assertNothingIsLeft();
  }

  @Test
  void listPassesOverWhatIsNoContainerOfOurs() throws IOException {
    create();
    Path other = Files.createDirectories(key.root().resolve("other"));
    Files.writeString(other.resolve("state.json"), "{\"id\":\"other\",\"init_process_pid\":1}");

    assertEquals(
        List.of("web"), containers.list(key.root()).stream().map(StateReport::id).toList());
  }

  @Test
  void aHarmlessSignalDoesNotEndACreatedContainer() {
    create();
    containers.kill(key, Signal.parse("WINCH"), false);
    assertEquals("created", status());

    containers.kill(key, Signal.TERM, false);
    assertEquals("stopped", status());
  }

  @Test
  void theMonitorsDeathDestroysTheDomain() {
    create();
    start();

    launcher.monitor().die();

    within(() -> toolstack.domains.isEmpty());
    within(() -> status().equals("stopped"));
  }

  @Test
  void aLostGuestEndsTheContainer() throws Exception {
    create();
    start();

    launcher.monitor().lose("it broke the ring");

    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }

  @Test
  void theDomainsDeathEndsTheContainer() {
    create();
    start();

    toolstack.die(ShutdownReason.CRASH);

    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"created", "running"})
  void aPausedContainerGoesOnAsItWas(String status) {
    create();
    if (status.equals("running")) {
      start();
    }

    containers.pause(key);

    assertEquals("paused", status());
    assertEquals(toolstack.domains.keySet(), toolstack.paused);
    assertSays("container not running", () -> containers.pause(key));
    assertSays("cannot start a container in the paused state", this::start);
    assertSays(
        "cannot delete container web that is not stopped: paused",
        () -> containers.delete(key, launcher, new Phases()));

    containers.resume(key);

    assertEquals(status, status());
    assertEquals(Set.of(), toolstack.paused);
    // Before the start there is no agent to tell, and the start tells it.
    int refreshed = status.equals("running") ? 2 : 0;
    within(() -> Collections.frequency(launcher.monitor().asked, FrameType.REFRESH) == refreshed);
    assertSays("container not paused", () -> containers.resume(key));
  }

  @Test
  void aPauseThatFailsLeavesTheContainerRunning() {
    create();
    start();
    toolstack.failing = "pause";

    assertThrows(HostException.class, () -> containers.pause(key));

    assertEquals("running", status());
  }

  @Test
  void aPausedContainerIsSentSignalsThatItCannotAnswer() {
    create();
    start();
    containers.pause(key);
    launcher.monitor().silent = true;

    containers.kill(key, Signal.TERM, false);

    within(() -> launcher.monitor().asked.contains(FrameType.SIGNAL));
    assertEquals("paused", status());
  }

  @Test
  void aPausedContainerThatIsKilledGoesOnToDie() throws Exception {
    create();
    start();
    containers.pause(key);

    containers.kill(key, Signal.KILL, false);

    assertEquals(Set.of(), toolstack.paused);
    launcher.monitor().exit(137);
    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }

  @Test
  void anExecIsASessionOfTheMonitor() throws Exception {
    create();
    start();

    exec(false);

    assertTrue(launcher.monitor().asked.contains(FrameType.RUN));
    assertEquals(
        Long.toString(launcher.monitor().process.pid()),
        Files.readString(directory.resolve("pid")));

    containers.pause(key);
    assertSays(
        "cannot exec in a paused container (use --ignore-paused to override)", () -> exec(false));
    exec(true);
    containers.resume(key);

    launcher.monitor().exit(0);
    within(() -> status().equals("stopped"));
    assertSays("cannot exec in a stopped container", () -> exec(false));
  }

  @Test
  void anExecInACreatedContainerMakesItsGuestReadyAndStartAddsToIt() {
    create();
    exec(false);
    exec(false);
    assertEquals("created", status());
    assertEquals(1, Collections.frequency(launcher.monitor().asked, FrameType.PREPARE));

    containers = newEngine();
    new Sweep(containers).takeOver();
    start();

    assertEquals("running", status());
    assertEquals(1, Collections.frequency(launcher.monitor().asked, FrameType.CONNECT));
    assertEquals(1, Collections.frequency(launcher.monitor().asked, FrameType.PREPARE));
    assertEquals(1, Collections.frequency(launcher.monitor().asked, FrameType.NETWORK));
    assertEquals(3, Collections.frequency(launcher.monitor().asked, FrameType.RUN));
    assertEquals(1, toolstack.vifs.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "PREPARE"})
  void anExecThatCannotMakeTheGuestReadyStopsTheContainer(String request) {
    launcher.refusedByMonitor = request;
    create();

    RuntimeException e = assertThrows(RuntimeException.class, () -> exec(false));

    assertTrue(e.getMessage().contains("refused as it was told"), e.getMessage());
    assertEquals("stopped", status());
    assertEquals(Map.of(), toolstack.domains);
  }

  @Test
  void anExecInAContainerThatWasPausedBeforeItsStartWaitsForResume() throws Exception {
    create();
    containers.pause(key);
    assertSays(
        "cannot exec in a paused container (use --ignore-paused to override)", () -> exec(false));

    CompletableFuture<UndoStack> exec = CompletableFuture.supplyAsync(() -> exec(true));
    containers.resume(key);
    exec.get(20, TimeUnit.SECONDS);

    assertEquals("created", status());
    assertTrue(launcher.monitor().asked.contains(FrameType.RUN));
  }

  @Test
  void anUpdateReachesTheGuestThatAnExecHasMadeReady() {
    create();
    exec(false);

    containers.update(key, memory(32));

    assertTrue(launcher.monitor().asked.contains(FrameType.UPDATE));
  }

  @Test
  void anExecWhoseCallerIsGoneIsKilled() {
    create();
    start();

    exec(false).undo(new IllegalStateException("the caller is gone"));

    assertEquals(
        FrameType.SIGNAL, launcher.monitor().asked.get(launcher.monitor().asked.size() - 1));
    assertEquals("running", status());
  }

  private UndoStack exec(boolean ignoresPause) {
    return containers.exec(
        new ExecOrder(
            key,
            main -> main,
            new Attachment(Optional.empty(), true),
            Optional.of(directory.resolve("pid")),
            ignoresPause),
        launcher,
        new Phases());
  }

  private void giveTerminal() throws IOException {
    Path config = directory.resolve("bundle/config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace(
                "\"args\"",
                "\"terminal\": true, \"consoleSize\": {\"height\": 65560, \"width\": 80}, \"args\""));
  }

  @Test
  void aTerminalIsMadeWithTheMonitorAndGivenAway() throws Exception {
    giveTerminal();
    consoleSocket = Optional.of(directory.resolve("console.sock"));
    create();

    assertEquals(List.of(directory.resolve("console.sock")), launcher.consoles);
    assertEquals(Optional.of(new Launcher.Terminal(24, 80)), launcher.terminal);
  }

  @Test
  void aTerminalThatNobodyWouldHaveIsRefused() throws Exception {
    giveTerminal();

    BundleException refused = assertThrows(BundleException.class, this::create);

    assertEquals(
        "cannot allocate tty if runc will detach without setting console socket",
        refused.getMessage());
    assertNothingIsLeft();
  }

  @Test
  void aConsoleSocketWithoutATerminalIsRefused() {
    consoleSocket = Optional.of(directory.resolve("console.sock"));

    assertThrows(BundleException.class, this::create);

    assertNothingIsLeft();
  }

  @Test
  void theNextEngineTakesAPausedContainerOver() {
    create();
    start();
    containers.pause(key);

    containers = newEngine();
    new Sweep(containers).takeOver();
    new Sweep(containers).tidy();
    containers.resume(key);

    assertEquals("running", status());
  }

  @Test
  void theNextEngineTakesARunningContainerOver() throws Exception {
    create();
    start();

    containers = newEngine();
    new Sweep(containers).takeOver();
    new Sweep(containers).tidy();

    assertEquals("running", status());
    containers.kill(key, Signal.TERM, false);
    assertTrue(launcher.monitor().asked.contains(FrameType.SIGNAL));
    launcher.monitor().exit(0);
    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CREATING", "DELETING"})
  void theNextEngineFinishesWhatDiedHalfDone(String stage) {
    create();
    new Container(key, containers.surroundings()).update(state -> state.at(Stage.valueOf(stage)));

    new Sweep(newEngine()).tidy();

    assertNothingIsLeft();
  }

  @Test
  void theNextEngineStopsAContainerWhoseStartDied() {
    create();
    new Container(key, containers.surroundings()).update(state -> state.at(Stage.STARTING));

    containers = newEngine();
    new Sweep(containers).takeOver();
    new Sweep(containers).tidy();

    assertEquals("stopped", status());
    assertEquals(Map.of(), toolstack.domains);
  }

  @Test
  void aStartThatIsUnderWayIsLeftToItsVerb() {
    create();
    new Container(key, containers.surroundings()).update(state -> state.at(Stage.STARTING));
    containers = newEngine();
    Sweep sweep = new Sweep(containers);

    containers
        .existing(key)
        .exclusively(
            Deadline.after(LONG), () -> CompletableFuture.runAsync(sweep::takeOver).join());

    assertTrue(launcher.monitor().process.isAlive());
    assertTrue(containers.surroundings().disorder().needsSweep());
    sweep.tidy();
    assertEquals("stopped", status());
  }

  @Test
  void aConnectionThatTheMonitorEndsIsMadeAgain() {
    stop = SHORT;
    containers = newEngine();
    create();
    start();

    launcher.monitor().hangUp();
    within(() -> containers.existing(key).monitor().isEmpty());
    assertThrows(MonitorException.class, () -> containers.kill(key, Signal.TERM, false));
    new Sweep(containers).tidy();

    assertTrue(containers.existing(key).monitor().isPresent());
    toolstack.die(ShutdownReason.CRASH);
    within(() -> toolstack.domains.isEmpty() && status().equals("stopped"));
  }

  @Test
  void domainsThatNobodyRemembersAreDestroyedAndOthersAreNot() {
    Domain orphan = new Domain(new Domid(70), UUID.randomUUID());
    Domain foreign = new Domain(new Domid(71), UUID.randomUUID());
    toolstack.domains.put(orphan, Map.of("uuid", orphan.uuid().toString()));
    toolstack.domains.put(foreign, Map.of());
    create();

    new Sweep(containers).tidy();

    assertFalse(toolstack.domains.containsKey(orphan));
    assertTrue(toolstack.domains.containsKey(foreign));
    assertEquals("created", status());
    assertEquals(2, toolstack.domains.size());
  }

  @Test
  void whatCannotBeDestroyedNowIsDestroyedLater() {
    create();
    start();
    toolstack.failing = "destroy";

    assertThrows(
        RuntimeException.class, () -> containers.deleteForcibly(key, launcher, new Phases()));
    toolstack.failing = "";
    new Sweep(containers).tidy();

    assertNothingIsLeft();
  }

  @Test
  void everyProcessRunsUnderTheSeccompProfile() throws IOException, WireException {
    addSeccomp();
    create();
    start();

    assertArrayEquals(
        FakeLauncher.PROGRAM, launcher.monitor().lastRun.fields().bytes(FieldTag.SECCOMP));
    assertEquals(
        4, launcher.monitor().lastRun.fields().number(FieldTag.SECCOMP_FLAGS), "SPEC_ALLOW");
    exec(false);
    assertEquals(2, launcher.monitor().lastRun.fields().number(FieldTag.PROCESS));
    assertArrayEquals(
        FakeLauncher.PROGRAM, launcher.monitor().lastRun.fields().bytes(FieldTag.SECCOMP));
  }

  @Test
  void withoutAProfileOrWithSeccompOffThereIsNoFilter() throws IOException, WireException {
    create();
    start();
    assertTrue(launcher.monitor().lastRun.fields().optionalBytes(FieldTag.SECCOMP).isEmpty());
    containers.deleteForcibly(key, launcher, new Phases());

    addSeccomp();
    seccomp = false;
    containers = newEngine();
    create();
    start();
    assertTrue(launcher.monitor().lastRun.fields().optionalBytes(FieldTag.SECCOMP).isEmpty());
  }

  @Test
  void aProfileThatCannotBeCompiledIsToldAtCreateAndLeavesNothing() throws IOException {
    addSeccomp();
    launcher.failing = "compileSeccomp";

    assertThrows(OrderException.class, this::create);
    assertNothingIsLeft();
  }

  private void addSeccomp() throws IOException {
    Path file = directory.resolve("bundle/config.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"cgroupsPath\"",
                "\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\"}, \"cgroupsPath\""));
  }

  private static void assertSays(String words, Runnable verb) {
    assertEquals(words, assertThrows(ContainerException.class, verb::run).getMessage());
  }

  private static void within(BooleanSupplier condition) {
    assertTrue(Poll.until(condition, Deadline.after(LONG)), "waited in vain");
  }

  private void assertNothingIsLeft() {
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
