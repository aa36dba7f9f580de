// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerState;
import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Stage;
import dev.xenrunc.container.Timings;
import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.diagnosis.LogKeys;
import dev.xenrunc.domain.VifPlan;
import dev.xenrunc.host.ExitCode;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.monitor.HostValues;
import dev.xenrunc.monitor.Monitor;
import dev.xenrunc.monitor.NetworkScan;
import dev.xenrunc.monitor.Preparation;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.ChannelAddress;
import dev.xenrunc.xl.Size;
import dev.xenrunc.xl.Vif;
import java.util.ArrayList;
import java.util.List;
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
    ContainerState state = container.state();
    Monitor monitor = container.liveMonitor();
    NetworkScan network =
        timings.measure(
            "scan", () -> monitor.scanNetwork(Deadline.after(engine.limits().request())));
    List<String> before = state.domain().links() == null ? List.of() : state.domain().links();
    List<Vif> vifs = vifs(network, before, engine.planner().vifs(spec));
    CompletableFuture<Void> added =
        CompletableFuture.runAsync(
            () -> timings.measure("vif", () -> addVifs(vifs)),
            LogKeys.carriedBy(engine.threads().executor()));
    if (!state.prepared()) {
      join(monitor);
    }
    timings.measure("vif-wait", () -> await(added));
    // They came while the guest booted.
    for (Vif vif : vifs) {
      container.domain().announceVif(vif, Deadline.after(engine.limits().domain()));
    }
    engine.crash().reach(CrashPoint.START_VIFS_ADDED);
    timings.measure("prepare", () -> ask(spec, network));
    List<String> links = new ArrayList<>(before);
    vifs.forEach(vif -> links.add(vif.mac().toString()));
    container.update(last -> last.preparedWith(links));
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

  private void ask(Spec spec, NetworkScan network) {
    ContainerState state = container.state();
    Deadline deadline = Deadline.after(engine.limits().request());
    if (state.prepared()) {
      container.ask(guest -> guest.updateNetwork(network, deadline));
      return;
    }
    UtsNames names = UtsNames.of(spec, launcher);
    HostValues host =
        new HostValues(names.hostname(), names.domainname(), hostSysctls(spec, state));
    Preparation preparation =
        new Preparation(spec, state.given().resources(), state.exports(), host, network);
    container.ask(guest -> guest.prepare(preparation, deadline));
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

  /** One for each link that is not among those with these MACs. */
  private List<Vif> vifs(NetworkScan network, List<String> before, VifPlan plan) {
    ProcessIdentity process =
        container.state().monitor().orElseThrow(ContainerException.NotFound::new);
    List<Vif> vifs = new ArrayList<>();
    for (NetworkScan.Link link : network.links()) {
      if (before.contains(link.mac().toString())) {
        continue;
      }
      // The hotplug helper finds the container's network namespace and interface by this.
      String note = plan.note(process.pid() + ":" + process.startTime() + ":" + link.name());
      int number = before.size() + vifs.size();
      vifs.add(
          new Vif(number, link.mac(), link.mtu(), engine.places().hotplug(), note, plan.rate()));
    }
    return vifs;
  }

  private void addVifs(List<Vif> vifs) {
    for (Vif vif : vifs) {
      container.domain().addVif(vif, Deadline.after(engine.limits().domain()));
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
