// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerState;
import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.GuestNetwork;
import dev.xenrunc.container.Stage;
import dev.xenrunc.container.Timings;
import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.diagnosis.LogKeys;
import dev.xenrunc.host.ExitCode;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.monitor.HostValues;
import dev.xenrunc.monitor.Monitor;
import dev.xenrunc.monitor.NetworkScan;
import dev.xenrunc.monitor.NetworkSettings;
import dev.xenrunc.monitor.Preparation;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.ChannelAddress;
import dev.xenrunc.xl.Size;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Makes a created container's guest ready for processes: its network, its files, its namespaces.
 * Start does it as late as it can, because Docker configures the network namespace before it; an
 * exec that comes earlier does it then, and start adds what has come to the network since. If it
 * fails the container has stopped.
 */
final class GuestPreparation {

  private final Container container;
  private final EngineParts engine;
  private final Launcher launcher;
  private final Timings timings;

  GuestPreparation(Container container, Caller caller) {
    this.container = container;
    this.engine = container.engine();
    this.launcher = caller.launcher();
    this.timings = caller.timings();
  }

  void run(Spec spec) {
    Monitor monitor = container.liveMonitor();
    GuestNetwork network = container.network();
    NetworkScan scan = timings.measure("scan", network::scan);
    CompletableFuture<Void> plugged =
        CompletableFuture.runAsync(
            () -> timings.measure("vif", () -> network.plug(scan)),
            LogKeys.carriedBy(engine.threads().executor()));
    if (!container.state().prepared()) {
      join(monitor);
    }
    timings.measure("vif-wait", () -> await(plugged));
    NetworkSettings settings = network.announce(scan);
    engine.crash().reach(CrashPoint.START_VIFS_ADDED);
    timings.measure("prepare", () -> ask(spec, settings));
    container.update(ContainerState::withPreparedGuest);
    engine.crash().reach(CrashPoint.START_PREPARED);
  }

  private void join(Monitor monitor) {
    Deadline agent = Deadline.after(engine.limits().agent());
    ChannelAddress address =
        timings.measure("agent-wait", () -> container.domain().awaitChannel(agent));
    timings.measure("join", () -> monitor.join(address, agent));
    engine.crash().reach(CrashPoint.START_JOINED);
    giveBackProcessors();
    Deadline refresh = Deadline.after(engine.limits().request());
    container.ask(guest -> guest.refresh(refresh));
  }

  private void ask(Spec spec, NetworkSettings network) {
    ContainerState state = container.state();
    if (state.prepared()) {
      container.network().tell(network);
      return;
    }
    Deadline deadline = Deadline.after(engine.limits().request());
    UtsNames names = UtsNames.of(spec, launcher);
    HostValues host =
        new HostValues(names.hostname(), names.domainname(), hostSysctls(spec, state));
    Preparation preparation =
        new Preparation(spec, state.given().resources(), state.exports(), host, network);
    container.ask(guest -> guest.prepare(preparation, deadline));
    container.network().told(network);
  }

  private Map<String, String> hostSysctls(Spec spec, ContainerState state) {
    Size size = state.domain().size();
    return engine
        .places()
        .sysctls()
        .values(size == null ? 0 : size.memoryKib(), engine.planner().hostSysctls(spec));
  }

  /** The guest boots with all that it can ever have (ADR 16). */
  private void giveBackProcessors() {
    Size size = container.state().domain().size();
    if (size != null && size.vcpus() < size.vcpusMax()) {
      container.domain().resize(size, Deadline.after(engine.limits().domain()));
    }
  }

  private static void await(CompletableFuture<Void> plugged) {
    try {
      plugged.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  /** Differs from runc: what runc finds wrong at create, only the guest can find, at start. */
  RuntimeException stopped(RuntimeException e) {
    String why = container.ending().reason().orElse("start failed: " + Cause.words(e));
    try {
      container.stopMonitor(ExitCode.NOT_STARTED, why);
      container.update(state -> state.at(Stage.STOPPED));
      container.destroyDomain();
    } catch (RuntimeException undoFailed) {
      e.addSuppressed(undoFailed);
      engine.sweeps().hasten();
    }
    return container
        .ending()
        .reason()
        .<RuntimeException>map(
            reason -> new ContainerException.Failed(reason + ", while it was started", e))
        .orElse(e);
  }
}
