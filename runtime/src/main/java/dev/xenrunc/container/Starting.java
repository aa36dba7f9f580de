package dev.xenrunc.container;

import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.hook.HookException;
import dev.xenrunc.hook.HookKind;
import dev.xenrunc.hook.Hooks;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.monitor.AgentException;
import dev.xenrunc.monitor.Monitor;
import dev.xenrunc.monitor.NetworkScan;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.HooksSpec;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.xl.ChannelAddress;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.Size;
import dev.xenrunc.xl.Vif;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** One start under way. If it fails the container has stopped. */
final class Starting {
  private static final int CODE_FAILED = 128;
  private static final int SIGKILL_CODE = 137;
  private static final Duration HOOK_WITHOUT_TIMEOUT = Duration.ofHours(1);

  private final Container container;
  private final Surroundings surroundings;
  private final Launcher launcher;
  private final Phases phases;

  Starting(Container container, Surroundings surroundings, Launcher launcher, Phases phases) {
    this.container = container;
    this.surroundings = surroundings;
    this.launcher = launcher;
    this.phases = phases;
  }

  void run() {
    switch (container.state().status()) {
      case CREATING -> throw new ContainerException.WrongStatus("container is not created yet");
      case RUNNING ->
          throw new ContainerException.WrongStatus("cannot start an already running container");
      case PAUSED ->
          throw new ContainerException.WrongStatus("cannot start a container in the paused state");
      case STOPPED ->
          throw new ContainerException.WrongStatus("cannot start a container that has stopped");
      case CREATED -> {}
    }
    Spec spec = container.spec();
    ProcessSpec process = spec.process();
    if (process == null) {
      throw new BundleException("process is missing");
    }
    container.update(state -> state.at(Stage.STARTING));
    surroundings.crash().reach(CrashPoint.START_BEGUN);
    try {
      prepareGuest(spec);
      phases.measure("run", () -> runProcess(process, spec.hooks().startContainer()));
    } catch (RuntimeException e) {
      throw stopped(e);
    }
    surroundings.crash().reach(CrashPoint.START_RUN);
    // A short-lived process may be gone already.
    container.update(state -> state.stage() == Stage.STARTING ? state.at(Stage.RUNNING) : state);
    poststart(spec);
    surroundings.crash().reach(CrashPoint.START_DONE);
  }

  private void prepareGuest(Spec spec) {
    Monitor monitor = container.liveMonitor();
    Domain domain =
        container
            .state()
            .domain()
            .orElseThrow(() -> new ContainerException.Failed("the container has no domain"));
    NetworkScan network =
        phases.measure(
            "scan", () -> monitor.scanNetwork(deadline(surroundings.limits().request())));
    List<Vif> vifs = vifs(network);
    CompletableFuture<Void> added =
        CompletableFuture.runAsync(
            () -> phases.measure("vif", () -> addVifs(domain, vifs)), surroundings.executor());
    Deadline agent = deadline(surroundings.limits().agent());
    ChannelAddress address =
        phases.measure("agent-wait", () -> surroundings.toolstack().awaitChannel(domain, agent));
    phases.measure("join", () -> monitor.join(address, agent));
    surroundings.crash().reach(CrashPoint.START_JOINED);
    giveBackProcessors(domain);
    request(FrameType.REFRESH, RefreshRequest::now, surroundings.limits().request());
    phases.measure("vif-wait", () -> await(added));
    // They came while the guest booted.
    for (Vif vif : vifs) {
      surroundings.toolstack().announceVif(domain, vif, deadline(surroundings.limits().domain()));
    }
    surroundings.crash().reach(CrashPoint.START_VIFS_ADDED);
    phases.measure(
        "prepare",
        () ->
            request(
                FrameType.PREPARE, () -> prepare(spec, network), surroundings.limits().request()));
    surroundings.crash().reach(CrashPoint.START_PREPARED);
  }

  /** The guest boots with all that it can ever have (ADR 16). */
  private void giveBackProcessors(Domain domain) {
    Size size = container.state().size();
    if (size != null && size.vcpus() < size.vcpusMax()) {
      surroundings.toolstack().resize(domain, size, deadline(surroundings.limits().domain()));
    }
  }

  private FieldWriter prepare(Spec spec, NetworkScan network) {
    ContainerState state = container.state();
    return PrepareRequest.of(
        spec,
        state,
        new HostValues(UtsNames.of(spec, launcher), hostSysctls(spec, state)),
        network);
  }

  private Map<String, String> hostSysctls(Spec spec, ContainerState state) {
    Size size = state.size();
    return surroundings
        .sysctls()
        .values(size == null ? 0 : size.memoryKib(), surroundings.planner().hostSysctls(spec));
  }

  private void runProcess(ProcessSpec process, List<HooksSpec.Hook> hooks) {
    String state = Hooks.stdin(container.document(ContainerStatus.CREATED.word()));
    request(
        FrameType.RUN,
        () -> RunRequest.main(process, Confinement.of(container), hooks, state),
        surroundings.limits().request().plus(longest(hooks)));
  }

  private static Duration longest(List<HooksSpec.Hook> hooks) {
    return hooks.stream()
        .map(HooksSpec.Hook::timeout)
        .map(seconds -> seconds == null ? HOOK_WITHOUT_TIMEOUT : Duration.ofSeconds(seconds))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** What the guest finds wrong is told in its words, which are runc's. */
  private void request(FrameType type, Supplier<FieldWriter> fields, Duration limit) {
    try {
      container.liveMonitor().request(type, fields.get(), deadline(limit));
    } catch (AgentException e) {
      throw new ContainerException.CommandFailed(e);
    }
  }

  private List<Vif> vifs(NetworkScan network) {
    ProcessIdentity process =
        container.state().monitor().orElseThrow(ContainerException.NotFound::new);
    List<Vif> vifs = new ArrayList<>();
    for (NetworkScan.Link link : network.links()) {
      // The hotplug helper finds the container's network namespace and interface by this.
      String note = process.pid() + ":" + process.startTime() + ":" + link.name();
      vifs.add(new Vif(vifs.size(), link.mac(), link.mtu(), surroundings.hotplug(), note));
    }
    return vifs;
  }

  private void addVifs(Domain domain, List<Vif> vifs) {
    for (Vif vif : vifs) {
      surroundings.toolstack().addVif(domain, vif, deadline(surroundings.limits().domain()));
    }
  }

  private static void await(CompletableFuture<Void> vifs) {
    try {
      vifs.join();
    } catch (CompletionException e) {
      throw new ContainerException.Failed("add vif: " + Cause.words(e), e);
    }
  }

  /** Differs from runc: what runc finds wrong at create, only the guest can find, at start. */
  private RuntimeException stopped(RuntimeException e) {
    String why = container.ending().reason().orElse("start failed: " + Cause.words(e));
    try {
      container.stopMonitor(CODE_FAILED, why);
      container.update(state -> state.at(Stage.STOPPED));
      container.destroyDomain(deadline(surroundings.limits().destroy()));
    } catch (RuntimeException undoFailed) {
      e.addSuppressed(undoFailed);
      surroundings.disorder().report();
    }
    return container
        .ending()
        .reason()
        .<RuntimeException>map(
            reason -> new ContainerException.Failed(reason + ", while it was started", e))
        .orElse(e);
  }

  /** Follows runc (libcontainer, postStart): a failing hook kills the container. */
  private void poststart(Spec spec) {
    try {
      phases.measure(
          "poststart",
          () ->
              Hooks.run(
                  HookKind.POSTSTART,
                  spec.hooks(),
                  container.document(HookKind.POSTSTART.status()),
                  launcher));
    } catch (HookException e) {
      container.stopMonitor(SIGKILL_CODE, "poststart hook failed");
      throw e;
    }
  }

  private static Deadline deadline(Duration limit) {
    return Deadline.after(limit);
  }
}
