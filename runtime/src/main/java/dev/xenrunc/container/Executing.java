// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.Poll;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.host.Signal;
import dev.xenrunc.host.UndoStack;
import dev.xenrunc.monitor.Monitor;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.SpecValidator;
import dev.xenrunc.time.Deadline;
import java.util.Optional;

/**
 * One exec under way. Its session belongs to the launcher, which kills it if the verb fails; the
 * monitor kills the process when its session is gone.
 */
final class Executing {
  private final Container container;
  private final Surroundings surroundings;
  private final Launcher launcher;
  private final Phases phases;

  Executing(Container container, Surroundings surroundings, Launcher launcher, Phases phases) {
    this.container = container;
    this.surroundings = surroundings;
    this.launcher = launcher;
    this.phases = phases;
  }

  /** Returns how to end it if the caller cannot be told. */
  UndoStack run(ExecOrder order) {
    checkStatus(order);
    ProcessSpec process = process(order);
    Optional<Launcher.Terminal> terminal = order.attachment().terminal(process);
    prepare();
    Monitor monitor = container.liveMonitor();
    ProcessIdentity host = container.state().monitor().orElseThrow(Container::notRunning);
    Launcher.SpawnedSession session =
        phases.measure(
            "session",
            () ->
                launcher.spawnSession(
                    new Launcher.SessionOrder(
                        ShownCommand.of(process),
                        surroundings.monitorSocket(container.key()),
                        host.pid(),
                        terminal,
                        order.attachment().foreground())));
    order.attachment().send(launcher);
    phases.measure(
        "run",
        () ->
            container.ask(
                guest ->
                    guest.run(
                        session.number(),
                        process,
                        order.attachment().foreground(),
                        container.confinement(),
                        requestDeadline())));
    order.pidFile().ifPresent(file -> launcher.writePidFile(file, session.process().pid()));
    UndoStack undo = new UndoStack();
    undo.push(
        "exec", () -> monitor.signalProcess(session.number(), Signal.KILL, requestDeadline()));
    return undo;
  }

  private void checkStatus(ExecOrder order) {
    switch (container.state().status()) {
      case CREATED, RUNNING -> {}
      case PAUSED -> {
        if (!order.ignoresPause()) {
          throw new ContainerException.WrongStatus(
              "cannot exec in a paused container (use --ignore-paused to override)");
        }
      }
      case STOPPED ->
          throw new ContainerException.WrongStatus("cannot exec in a stopped container");
      case CREATING -> throw Container.notRunning();
    }
  }

  /**
   * As with runc, a process may come before the container is started: then its guest is not ready.
   */
  private void prepare() {
    if (container.state().prepared()) {
      return;
    }
    // With --ignore-paused the process is there when the container goes on.
    Poll.until(() -> container.state().status() != ContainerStatus.PAUSED, requestDeadline());
    container.exclusively(Deadline.after(surroundings.limits().busy()), this::prepareCreated);
  }

  private void prepareCreated() {
    ContainerState state = container.state();
    if (state.prepared() || state.status() == ContainerStatus.STOPPED) {
      return;
    }
    if (state.status() == ContainerStatus.PAUSED) {
      throw new ContainerException.WrongStatus(
          "cannot exec in a container that was paused before it was started");
    }
    container.update(last -> last.at(Stage.STARTING));
    Preparing preparing = new Preparing(container, surroundings, launcher, phases);
    try {
      preparing.run(container.spec());
    } catch (RuntimeException e) {
      throw preparing.stopped(e);
    }
    container.update(last -> last.stage() == Stage.STARTING ? last.at(Stage.CREATED) : last);
  }

  private ProcessSpec process(ExecOrder order) {
    ProcessSpec main = container.spec().process();
    if (main == null) {
      throw new BundleException("process is missing");
    }
    ProcessSpec process = order.process().apply(main).beside(main);
    SpecValidator.check(process);
    return process;
  }

  private Deadline requestDeadline() {
    return Deadline.after(surroundings.limits().request());
  }
}
