// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerState;
import dev.xenrunc.container.ContainerStatus;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Stage;
import dev.xenrunc.container.Timings;
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
public final class Exec {
  private final Container container;
  private final EngineParts engine;
  private final Caller caller;
  private final Launcher launcher;
  private final Timings timings;

  /** An exec in this container. */
  public Exec(Container container, Caller caller) {
    this.container = container;
    this.engine = container.engine();
    this.caller = caller;
    this.launcher = caller.launcher();
    this.timings = caller.timings();
  }

  /** Returns how to end it if the caller cannot be told. */
  public UndoStack run(ExecCall call) {
    checkStatus(call);
    ProcessSpec process = process(call);
    Optional<Launcher.Terminal> terminal = call.attachment().terminal(process);
    prepare();
    Monitor monitor = container.liveMonitor();
    ProcessIdentity host = container.state().monitor().orElseThrow(Container::notRunning);
    Launcher.SpawnedSession session =
        timings.measure(
            "session",
            () ->
                launcher.spawnSession(
                    new Launcher.SessionOrder(
                        ShownCommand.of(process),
                        engine.monitorSocket(container.key()),
                        host.pid(),
                        terminal,
                        call.attachment().foreground())));
    call.attachment().send(launcher);
    timings.measure(
        "run",
        () ->
            container.ask(
                guest ->
                    guest.run(
                        session.number(),
                        process,
                        call.attachment().foreground(),
                        container.confinement(),
                        requestDeadline())));
    call.pidFile().ifPresent(file -> launcher.writePidFile(file, session.process().pid()));
    UndoStack undo = new UndoStack();
    undo.push(
        "exec", () -> monitor.signalProcess(session.number(), Signal.KILL, requestDeadline()));
    return undo;
  }

  private void checkStatus(ExecCall call) {
    switch (container.state().status()) {
      case CREATED, RUNNING -> {}
      case PAUSED -> {
        if (!call.ignoresPause()) {
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
    container.exclusively(this::prepareCreated);
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
    GuestPreparation preparing = new GuestPreparation(container, caller);
    try {
      preparing.run(container.spec());
    } catch (RuntimeException e) {
      throw preparing.stopped(e);
    }
    container.update(last -> last.stage() == Stage.STARTING ? last.at(Stage.CREATED) : last);
  }

  private ProcessSpec process(ExecCall call) {
    ProcessSpec main = container.spec().process();
    if (main == null) {
      throw new BundleException("process is missing");
    }
    ProcessSpec process = call.process().apply(main).execdWith(main);
    SpecValidator.check(process);
    return process;
  }

  private Deadline requestDeadline() {
    return Deadline.after(engine.limits().request());
  }
}
