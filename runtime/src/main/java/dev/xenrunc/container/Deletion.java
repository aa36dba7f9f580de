// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.hook.HookKind;
import dev.xenrunc.hook.Hooks;
import dev.xenrunc.host.Cgroup;
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
final class Deletion {
  private static final Logger LOG = LoggerFactory.getLogger(Deletion.class);
  private static final int SIGKILL_CODE = 137;

  private final Container container;
  private final Surroundings surroundings;
  private final Phases phases;

  Deletion(Container container, Surroundings surroundings, Phases phases) {
    this.container = container;
    this.surroundings = surroundings;
    this.phases = phases;
  }

  /** Deletes a container that may be deleted without force. */
  void run(Optional<Launcher> launcher) {
    ContainerStatus status = container.state().status();
    switch (status) {
      case CREATED, STOPPED -> force(launcher);
      case CREATING, RUNNING, PAUSED ->
          throw new ContainerException.WrongStatus(
              "cannot delete container "
                  + container.key().id()
                  + " that is not stopped: "
                  + status.word());
    }
  }

  /** Deletes it in whatever state it is. */
  void force(Optional<Launcher> launcher) {
    if (container.directory().read().isEmpty()) {
      container.forget();
      return;
    }
    ContainerState state = container.update(last -> last.at(Stage.DELETING));
    surroundings.crash().reach(CrashPoint.DELETE_BEGUN);
    // Found before the monitor ends: of a scope nothing else tells where it is.
    OwnCgroup own = OwnCgroup.of(state);
    StateDocument document = container.document(HookKind.POSTSTOP.status());
    phases.measure("stop", () -> container.stopMonitor(SIGKILL_CODE, "deleted"));
    container.detach();
    phases.measure(
        "destroy", () -> container.destroyDomain(Deadline.after(surroundings.limits().destroy())));
    surroundings.crash().reach(CrashPoint.DELETE_DOMAIN_DESTROYED);
    phases.measure("sessions", () -> own.clear(Deadline.after(surroundings.limits().stop())));
    String cgroup = state.cgroup();
    if (cgroup != null) {
      phases.measure("cgroup", () -> removeCgroup(cgroup));
    }
    surroundings.crash().reach(CrashPoint.DELETE_CGROUP_REMOVED);
    HooksSpec hooks = container.spec().hooks();
    container.forget();
    surroundings.crash().reach(CrashPoint.DELETE_STATE_REMOVED);
    launcher.ifPresent(
        caller ->
            phases.measure(
                "poststop", () -> Hooks.runAll(HookKind.POSTSTOP, hooks, document, caller)));
  }

  private void removeCgroup(String cgroup) {
    List<Path> left = Cgroup.remove(cgroup, Deadline.after(surroundings.limits().stop()));
    if (!left.isEmpty()) {
      LOG.warn("cgroups are still in use: {}", left);
    }
  }
}
