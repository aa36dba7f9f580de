// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerKey;
import dev.xenrunc.container.ContainerState;
import dev.xenrunc.container.Containers;
import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Stage;
import dev.xenrunc.container.StateDirectory;
import dev.xenrunc.container.Timings;
import dev.xenrunc.domain.DomainIdentity;
import dev.xenrunc.domain.DomainRecord;
import dev.xenrunc.hook.HookKind;
import dev.xenrunc.hook.Hooks;
import dev.xenrunc.host.Cgroup;
import dev.xenrunc.host.ExitCode;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.NetNamespace;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.host.UndoStack;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.CgroupPlace;
import dev.xenrunc.oci.CleanPath;
import dev.xenrunc.oci.HooksSpec;
import dev.xenrunc.oci.LinuxSpec;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.Size;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One create under way. Every step registers its reverse: a create that fails leaves nothing, and
 * one that dies leaves a journal from which the next engine does the same.
 */
public final class Create {
  private static final Pattern PROCESS_NETNS = Pattern.compile("/proc/[0-9]+/ns/net");

  private final Containers containers;
  private final Container container;
  private final EngineParts engine;
  private final CreateCall call;
  private final Launcher launcher;
  private final Timings timings;
  private final UndoStack undo = new UndoStack();

  /** A create of a container whose key is free; {@link #run} must follow. */
  public Create(Containers containers, CreateCall call, Caller caller) {
    this.containers = containers;
    this.container = containers.add(call.key());
    this.engine = containers.engine();
    this.call = call;
    this.launcher = caller.launcher();
    this.timings = caller.timings();
  }

  /** Creates it, and returns how to undo that if the caller cannot be told. */
  public UndoStack run() {
    UndoStack all = new UndoStack();
    all.push("container", () -> containers.forget(container));
    try {
      create();
    } catch (RuntimeException e) {
      if (!container.directory().exists()) {
        all.undo(e);
      }
      throw e;
    }
    // Docker up to 27 has made the first network by now, others may have at any time.
    container.network().changed();
    IllegalStateException gone = new IllegalStateException(Caller.GONE);
    all.push("create", () -> container.exclusively(() -> undo.undo(gone)));
    return all;
  }

  private void create() {
    Bundle bundle = timings.measure("spec", () -> Bundle.read(call.bundle(), launcher));
    UUID uuid = UUID.randomUUID();
    ContainerKey key = container.key();
    DomainConfig config =
        engine
            .planner()
            .plan(
                bundle.spec(),
                new DomainIdentity(uuid, key.root().toString(), key.id().value(), key.hash()));
    // What it may not wish for is its caller's to hear of now.
    engine.planner().hostSysctls(bundle.spec());
    engine.planner().vifs(bundle.spec());
    CgroupPlace cgroup =
        CgroupPlace.of(bundle.spec().linux().cgroupsPath(), call.systemdCgroup(), key.id().value());
    try {
      register();
      container.exclusively(
          () -> {
            try {
              journal(bundle, uuid, cgroup, config.size());
              build(bundle, config, cgroup);
            } catch (RuntimeException e) {
              // While no other verb and no sweep can take what is being undone for abandoned.
              undo.undo(e);
              throw e;
            }
          });
    } catch (RuntimeException e) {
      undo.undo(e);
      if (e.getSuppressed().length > 0) {
        engine.sweeps().hasten();
      }
      throw e;
    }
  }

  private void register() {
    ContainerKey key = container.key();
    if (container.directory().exists()) {
      throw new ContainerException.AlreadyExists();
    }
    // In this order: a delete finds a directory without an entry, but not the reverse.
    container.directory().make();
    engine.crash().reach(CrashPoint.CREATE_DIRECTORY_MADE);
    undo.push("state", container::forget);
    engine.index().add(key);
  }

  private void journal(Bundle bundle, UUID uuid, CgroupPlace cgroup, Size size) {
    container.directory().writeSpec(bundle.json());
    timings.measure(
        "seccomp",
        () ->
            SeccompProfile.keep(
                bundle.spec(), engine.settings().seccomp(), launcher, container.directory()));
    ContainerKey key = container.key();
    Spec spec = bundle.spec();
    container
        .directory()
        .write(
            ContainerState.creating(
                new ContainerState.Identity(
                    key.id().value(),
                    key.root().toString(),
                    Instant.now().truncatedTo(ChronoUnit.MICROS).toString()),
                DomainRecord.planned(uuid, size),
                cgroup,
                new ContainerState.Given(
                    String.valueOf(spec.ociVersion()),
                    bundle.path().toString(),
                    bundle.rootfs().toString(),
                    spec.annotations(),
                    spec.linux().resources())));
    engine.crash().reach(CrashPoint.CREATE_STATE_WRITTEN);
  }

  private void build(Bundle bundle, DomainConfig config, CgroupPlace cgroup) {
    DomainBuild domain = DomainBuild.begin(container, config, timings);
    undo.push("domain", domain::undo);
    spawnMonitor(bundle, cgroup);
    timings.measure("attach", () -> container.attach(Deadline.after(engine.limits().monitor())));
    timings.measure("hooks", () -> runHooks(bundle));
    engine.crash().reach(CrashPoint.CREATE_HOOKS_RUN);
    timings.measure("domain-wait", domain::await);
    call.pidFile().ifPresent(this::writePidFile);
    engine.crash().reach(CrashPoint.CREATE_PID_FILE_WRITTEN);
    container.ending().reason().ifPresent(Create::failed);
    container.update(state -> state.at(Stage.CREATED));
    engine.crash().reach(CrashPoint.CREATE_DONE);
  }

  private static void failed(String why) {
    throw new ContainerException.Failed(why);
  }

  private void spawnMonitor(Bundle bundle, CgroupPlace cgroup) {
    Spec spec = bundle.spec();
    Launcher.HostFiles files = HostFilesPlan.of(spec, bundle.path(), bundle.rootfs());
    Optional<ProcessSpec> process = Optional.ofNullable(spec.process());
    Launcher.MonitorOrder monitorOrder =
        new Launcher.MonitorOrder(
            process.map(ShownCommand::of).orElse(List.of()),
            engine.monitorSocket(container.key()),
            container.key().id().value(),
            netns(spec),
            cgroup,
            process.flatMap(p -> Optional.ofNullable(p.oomScoreAdj())),
            files,
            process.flatMap(call.attachment()::terminal),
            call.attachment().foreground());
    if (cgroup instanceof CgroupPlace.Path path) {
      undo.push("cgroup", () -> Cgroup.remove(path.path(), Deadline.after(engine.limits().stop())));
    }
    undo.push(
        "untold monitor", () -> container.stopUntoldMonitor(ExitCode.UNKNOWN, "create failed"));
    Launcher.SpawnedMonitor spawned =
        timings.measure("monitor", () -> launcher.spawnMonitor(monitorOrder));
    container.update(state -> state.withMonitor(spawned.process(), spawned.exports()));
    undo.push(
        "monitor",
        () -> {
          container.stopMonitor(ExitCode.UNKNOWN, "create failed");
          container.detach();
        });
    engine.crash().reach(CrashPoint.CREATE_MONITOR_SPAWNED);
    call.attachment().send(launcher);
    HostFilesPlan.checkModes(files.exports(), spawned.exports());
    if (NetNamespace.isHost(spawned.netnsInode())) {
      throw new BundleException(
          "the network namespace is the host's: sharing the host's network is not supported,"
              + " because its interfaces would be taken over by the domain");
    }
    if (netns(spec).filter(path -> isShared(path, spawned.netnsInode())).isPresent()) {
      throw new BundleException(
          "the network namespace is another container's or process's: sharing it is not supported,"
              + " because its interfaces would be taken over by the domain");
    }
  }

  /** A namespace that is named by a process is that process's. */
  private boolean isShared(String path, long inode) {
    return PROCESS_NETNS.matcher(CleanPath.rooted(path)).matches()
        || engine.index().all().stream()
            .filter(key -> !key.equals(container.key()))
            .flatMap(key -> new StateDirectory(key.directory()).read().stream())
            .flatMap(state -> state.monitor().filter(ProcessIdentity::isAlive).stream())
            .anyMatch(monitor -> NetNamespace.isOf(monitor.pid(), inode));
  }

  private static Optional<String> netns(Spec spec) {
    return spec.linux().namespaces().stream()
        .filter(namespace -> namespace.type().equals("network") && namespace.joins())
        .map(LinuxSpec.Namespace::path)
        .map(String::valueOf)
        .findFirst();
  }

  /**
   * As with runc, those of the runtime run in the bundle, and those of the container in its rootfs
   * with its process's environment.
   */
  private void runHooks(Bundle bundle) {
    ProcessSpec process = bundle.spec().process();
    List<String> environment = process == null ? List.of() : process.env();
    HooksSpec hooks = bundle.spec().hooks().inEnvironment(environment);
    runHooks(HookKind.PRESTART, hooks, bundle.path());
    runHooks(HookKind.CREATE_RUNTIME, hooks, bundle.path());
    runHooks(HookKind.CREATE_CONTAINER, hooks, bundle.rootfs());
  }

  private void runHooks(HookKind kind, HooksSpec hooks, Path directory) {
    Hooks.run(kind, hooks, container.document(kind.status()), directory, launcher);
  }

  private void writePidFile(Path pidFile) {
    container.state().monitor().ifPresent(monitor -> launcher.writePidFile(pidFile, monitor.pid()));
  }
}
