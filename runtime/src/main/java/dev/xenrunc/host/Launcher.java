// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import dev.xenrunc.oci.CgroupPlace;
import dev.xenrunc.oci.SeccompSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The native process that serves one caller. What a caller names is opened in the caller's mount
 * namespace, and the monitor must descend from it, so that the engine asks it to act.
 */
public interface Launcher {
  /** How long a hook that has no timeout may run. */
  Duration HOOK_WITHOUT_TIMEOUT = Duration.ofHours(1);

  /** The file's bytes; refused if there are more than {@code limit}. */
  byte[] readFile(Path path, int limit);

  /** The path without symbolic links. */
  Path resolve(Path path);

  /** Forks a monitor, which is in place when this returns. */
  SpawnedMonitor spawnMonitor(MonitorOrder order);

  /** Forks a session, which has handed its streams to the monitor when this returns. */
  SpawnedSession spawnSession(SessionOrder order);

  /** Gives the master of the terminal that this launcher has made to who listens there. */
  void sendConsole(Path socket);

  /** Runs a host hook; an exit code that is not zero is no exception. */
  HookOutcome runHook(HookOrder order);

  /** The profile as the program of struct sock_filter that the guest's kernel takes. */
  byte[] compileSeccomp(SeccompSpec seccomp);

  /** Writes to the caller's stdout at once; refused when nobody reads there. */
  void writeOutput(String text);

  /** Runs the host's ps. */
  PsOutcome runPs(List<String> args);

  /** Writes digits and nothing else. */
  void writePidFile(Path path, long pid);

  /**
   * What the monitor is to be.
   *
   * @param command what it shows as its own command line
   * @param socket where it listens for the engine
   * @param netns the network namespace to enter; empty for a new one
   * @param terminal what its stdin and stdout are instead of the launcher's
   * @param foreground the launcher stays until it exits, and exits as it does
   */
  record MonitorOrder(
      List<String> command,
      Path socket,
      String containerId,
      Optional<String> netns,
      CgroupPlace cgroup,
      Optional<Integer> oomScoreAdj,
      HostFiles files,
      Optional<Terminal> terminal,
      boolean foreground) {}

  /** A terminal's size; zeroes leave it to others. */
  record Terminal(long rows, long columns) {}

  /**
   * What the container has of the host's files.
   *
   * @param mounts in their order, those too that are the guest's own
   * @param readonly the root is
   */
  record HostFiles(List<Export> exports, List<Mount> mounts, boolean readonly) {}

  /**
   * A place in the container.
   *
   * @param type of the file system; "export" of one of {@link HostFiles#exports}
   * @param export its number
   */
  record Mount(String type, String target, OptionalInt export) {}

  /**
   * A host file tree that the guest will see; number 0 is the rootfs.
   *
   * @param flags MS_* of the mount at {@code path}, MS_REC to have those below it as well
   * @param recursiveFlags MS_* of all of them
   */
  record Export(int number, Path path, long flags, long recursiveFlags) {}

  /**
   * What an export turned out to be.
   *
   * @param mode st_mode of its root
   * @param readonly nothing of it can be written
   * @param flags MS_NOSUID, MS_NODEV and MS_NOEXEC that the host's mount there has
   */
  record ExportRoot(int mode, boolean readonly, long flags) {}

  /**
   * The monitor that was made.
   *
   * @param exports by number
   */
  record SpawnedMonitor(ProcessIdentity process, long netnsInode, List<ExportRoot> exports) {}

  /**
   * What stands in dom0 for a process by exec.
   *
   * @param command what it shows as its own command line
   * @param socket the monitor's
   * @param monitor the monitor's pid, whose cgroup it joins
   * @param terminal what its streams are instead of the launcher's
   * @param foreground the launcher stays until it exits, and exits as it does
   */
  record SessionOrder(
      List<String> command,
      Path socket,
      long monitor,
      Optional<Terminal> terminal,
      boolean foreground) {}

  /** The session that was made, and the number of the process it stands for. */
  record SpawnedSession(ProcessIdentity process, int number) {}

  /**
   * A program to run with {@code stdin} as its input.
   *
   * @param netns the network namespace to run it in; empty for the launcher's own
   */
  record HookOrder(
      String path,
      List<String> args,
      Optional<List<String>> env,
      Optional<Path> directory,
      Optional<Duration> timeout,
      String stdin,
      Optional<String> netns) {}

  /** How ps ended, with what it said. */
  record PsOutcome(int code, String output) {}

  /** How a hook ended, with the last of its stdout and of its stderr. */
  record HookOutcome(int code, String output, String errors) {}
}
