// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.hook.HookKind;
import dev.xenrunc.hook.Hooks;
import dev.xenrunc.host.Cgroup;
import dev.xenrunc.host.ExitCode;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.HooksSpec;
import dev.xenrunc.oci.StateDocument;
import dev.xenrunc.time.Deadline;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what there is of a container, whatever state it is in. Every step may have been done
 * before: a delete that dies is finished by the next engine.
 */
public final class Removal {
  private static final Logger LOG = LoggerFactory.getLogger(Removal.class);

  private final Container container;
  private final EngineParts engine;
  private final Timings timings;

  public Removal(Container container, Timings timings) {
    this.container = container;
    this.engine = container.engine();
    this.timings = timings;
  }

  /** Removes it; the poststop hooks are run if there is somebody to run them. */
  public void run(Optional<Launcher> launcher) {
    if (container.directory().read().isEmpty()) {
      container.forget();
      return;
    }
    ContainerState state = container.update(last -> last.at(Stage.DELETING));
    engine.crash().reach(CrashPoint.DELETE_BEGUN);
    // Found before the monitor ends: of a scope nothing else tells where it is.
    OwnCgroup own = OwnCgroup.of(state);
    StateDocument document = container.document(HookKind.POSTSTOP.status());
    timings.measure("stop", () -> container.stopMonitor(ExitCode.KILLED, "deleted"));
    container.detach();
    timings.measure("destroy", () -> container.destroyDomain());
    engine.crash().reach(CrashPoint.DELETE_DOMAIN_DESTROYED);
    timings.measure("sessions", () -> own.clear(Deadline.after(engine.limits().stop())));
    String cgroup = state.host().cgroup();
    if (cgroup != null) {
      timings.measure("cgroup", () -> removeCgroup(cgroup));
    }
    engine.crash().reach(CrashPoint.DELETE_CGROUP_REMOVED);
    HooksSpec hooks = container.spec().hooks();
    container.forget();
    engine.crash().reach(CrashPoint.DELETE_STATE_REMOVED);
    launcher.ifPresent(
        caller ->
            timings.measure(
                "poststop", () -> Hooks.runAll(HookKind.POSTSTOP, hooks, document, caller)));
  }

  private void removeCgroup(String cgroup) {
    List<Path> left = Cgroup.remove(cgroup, Deadline.after(engine.limits().stop()));
    if (!left.isEmpty()) {
      LOG.warn("cgroups are still in use: {}", left);
    }
  }
}
