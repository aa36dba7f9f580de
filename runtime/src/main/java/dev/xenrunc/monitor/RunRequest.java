// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.oci.CapabilitySet;
import dev.xenrunc.oci.HooksSpec;
import dev.xenrunc.oci.IoPriority;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.RlimitKind;
import dev.xenrunc.oci.Scheduler;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The payload of RUN: a process as the agent is to start it. */
final class RunRequest {
  private static final ProcessSpec.Capabilities NO_CAPABILITIES =
      new ProcessSpec.Capabilities(List.of(), List.of(), List.of(), List.of(), List.of());

  private RunRequest() {}

  /** The main process, before which the startContainer hooks run in the container. */
  static FieldWriter main(
      ProcessSpec process,
      boolean relayed,
      Confinement confinement,
      List<HooksSpec.Hook> hooks,
      String hookStdin) {
    FieldWriter run = of(Protocol.PROCESS_MAIN, process, relayed, confinement);
    for (HooksSpec.Hook hook : hooks) {
      FieldWriter group =
          new FieldWriter()
              .put(FieldTag.PATH, hook.path())
              .putAll(FieldTag.ARG, hook.args())
              .put(FieldTag.STDIN, hookStdin.getBytes(StandardCharsets.UTF_8));
      List<String> env = hook.env();
      if (env == null) {
        group.put(FieldTag.ENV_INHERITED, true);
      } else {
        group.putAll(FieldTag.ENV, env);
      }
      Integer seconds = hook.timeout();
      if (seconds != null && seconds > 0) {
        group.put(FieldTag.TIMEOUT, seconds * 1000L);
      }
      run.put(FieldTag.HOOK, group);
    }
    return run;
  }

  static FieldWriter of(int number, ProcessSpec process, boolean relayed, Confinement confinement) {
    FieldWriter run = new FieldWriter().put(FieldTag.PROCESS, number);
    putTerminal(process, relayed, run);
    run.putAll(FieldTag.ARG, process.args());
    run.putAll(FieldTag.ENV, process.env());
    run.put(FieldTag.CWD, process.cwd());
    run.put(FieldTag.UID, process.user().uid());
    run.put(FieldTag.GID, process.user().gid());
    process.user().additionalGids().forEach(gid -> run.put(FieldTag.GROUP, gid));
    Long umask = process.user().umask();
    if (umask != null) {
      run.put(FieldTag.UMASK, umask);
    }
    capabilities(process, run);
    for (ProcessSpec.Rlimit rlimit : process.rlimits()) {
      RlimitKind.of(rlimit.type())
          .ifPresent(
              kind ->
                  run.put(
                      FieldTag.RLIMIT,
                      new FieldWriter()
                          .put(FieldTag.KIND, kind.number())
                          .put(FieldTag.SOFT, rlimit.soft().longValue())
                          .put(FieldTag.HARD, rlimit.hard().longValue())));
    }
    if (process.noNewPrivileges()) {
      run.put(FieldTag.NO_NEW_PRIVS, true);
    }
    Integer oomScoreAdj = process.oomScoreAdj();
    if (oomScoreAdj != null) {
      run.put(FieldTag.OOM_SCORE_ADJ, oomScoreAdj);
    }
    scheduling(process, run);
    confinement.put(run);
    return run;
  }

  private static void scheduling(ProcessSpec process, FieldWriter run) {
    Scheduler scheduler = process.scheduler();
    if (scheduler != null) {
      run.put(
          FieldTag.SCHEDULER,
          new FieldWriter()
              .put(FieldTag.POLICY, scheduler.policyNumber())
              .put(FieldTag.FLAGS, scheduler.flagNumbers())
              .put(FieldTag.NICE, scheduler.nice())
              .put(FieldTag.PRIORITY, scheduler.priority())
              .put(FieldTag.RUNTIME, scheduler.runtime().longValue())
              .put(FieldTag.DEADLINE, scheduler.deadline().longValue())
              .put(FieldTag.PERIOD, scheduler.period().longValue()));
    }
    IoPriority ioPriority = process.ioPriority();
    if (ioPriority != null) {
      run.put(FieldTag.IO_PRIORITY, ioPriority.number());
    }
  }

  private static void putTerminal(ProcessSpec process, boolean relayed, FieldWriter run) {
    if (!process.terminal()) {
      return;
    }
    run.put(FieldTag.TERMINAL, true);
    if (relayed) {
      run.put(FieldTag.RELAYED, true);
    }
    ProcessSpec.ConsoleSize size = process.consoleSize();
    if (size != null) {
      run.put(FieldTag.ROWS, size.height()).put(FieldTag.COLUMNS, size.width());
    }
  }

  /** No capabilities in the spec means none for the process, as with runc. */
  private static void capabilities(ProcessSpec process, FieldWriter run) {
    ProcessSpec.Capabilities sets = process.capabilities();
    if (sets == null) {
      sets = NO_CAPABILITIES;
    }
    run.put(FieldTag.CAP_BOUNDING, CapabilitySet.bits(sets.bounding()));
    run.put(FieldTag.CAP_EFFECTIVE, CapabilitySet.bits(sets.effective()));
    run.put(FieldTag.CAP_INHERITABLE, CapabilitySet.bits(sets.inheritable()));
    run.put(FieldTag.CAP_PERMITTED, CapabilitySet.bits(sets.permitted()));
    // The kernel raises no others, and runc does not mind: its own default spec asks for some.
    long raisable = CapabilitySet.bits(sets.permitted()) & CapabilitySet.bits(sets.inheritable());
    run.put(FieldTag.CAP_AMBIENT, CapabilitySet.bits(sets.ambient()) & raisable);
  }
}
