// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerStatus;
import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Stage;
import dev.xenrunc.container.Timings;
import dev.xenrunc.hook.HookException;
import dev.xenrunc.hook.HookKind;
import dev.xenrunc.hook.Hooks;
import dev.xenrunc.host.ExitCode;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.HooksSpec;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One start under way. If it fails the container has stopped. */
public final class Start {

  private final Container container;
  private final EngineParts engine;
  private final Caller caller;
  private final Attachment attachment;
  private final Launcher launcher;
  private final Timings timings;

  /** A start of this container. */
  public Start(Container container, Attachment attachment, Caller caller) {
    this.container = container;
    this.engine = container.engine();
    this.caller = caller;
    this.attachment = attachment;
    this.launcher = caller.launcher();
    this.timings = caller.timings();
  }

  /** Runs the main process. */
  public void run() {
    container.exclusively(this::start);
  }

  private void start() {
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
    engine.crash().reach(CrashPoint.START_BEGUN);
    GuestPreparation preparing = new GuestPreparation(container, caller);
    try {
      preparing.run(spec);
      timings.measure("run", () -> runProcess(process, spec.hooks().startContainer()));
    } catch (RuntimeException e) {
      throw preparing.stopped(e);
    }
    engine.crash().reach(CrashPoint.START_RUN);
    // A short-lived process may be gone already.
    container.update(state -> state.stage() == Stage.STARTING ? state.at(Stage.RUNNING) : state);
    poststart(spec);
    engine.crash().reach(CrashPoint.START_DONE);
  }

  private void runProcess(ProcessSpec process, List<HooksSpec.Hook> hooks) {
    String state = Hooks.stdin(container.document(ContainerStatus.CREATED.word()));
    Deadline deadline = Deadline.after(engine.limits().request().plus(longest(hooks)));
    container.ask(
        guest ->
            guest.runMain(
                process, attachment.foreground(), container.confinement(), hooks, state, deadline));
  }

  private static Duration longest(List<HooksSpec.Hook> hooks) {
    return hooks.stream()
        .map(HooksSpec.Hook::timeout)
        .map(
            seconds ->
                seconds == null ? Launcher.HOOK_WITHOUT_TIMEOUT : Duration.ofSeconds(seconds))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Follows runc (libcontainer, postStart): a failing hook kills the container. */
  private void poststart(Spec spec) {
    try {
      timings.measure(
          "poststart",
          () ->
              Hooks.run(
                  HookKind.POSTSTART,
                  spec.hooks(),
                  container.document(HookKind.POSTSTART.status()),
                  Path.of(container.state().given().bundle()),
                  launcher));
    } catch (HookException e) {
      container.stopMonitor(ExitCode.KILLED, "poststart hook failed");
      throw e;
    }
  }
}
