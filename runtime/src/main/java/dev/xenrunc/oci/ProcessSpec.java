// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A process to run in the container. */
public record ProcessSpec(
    boolean terminal,
    @Nullable ConsoleSize consoleSize,
    User user,
    List<String> args,
    List<String> env,
    String cwd,
    @Nullable Capabilities capabilities,
    List<Rlimit> rlimits,
    boolean noNewPrivileges,
    @Nullable String apparmorProfile,
    @Nullable String selinuxLabel,
    @Nullable Integer oomScoreAdj,
    @Nullable Scheduler scheduler,
    @Nullable IoPriority ioPriority) {
  public ProcessSpec {
    user = user == null ? new User(0, 0, null, null) : user;
    args = Lists.copy(args);
    env = Lists.copy(env);
    cwd = cwd == null ? "" : cwd;
    rlimits = Lists.copy(rlimits);
  }

  /**
   * This process as it is exec'd in the container of a main one: as with runc, umask and
   * oomScoreAdj are always the main one's, and some others if this process says nothing of them.
   */
  public ProcessSpec execdWith(ProcessSpec main) {
    return new ProcessSpec(
        terminal,
        consoleSize,
        new User(user.uid(), user.gid(), main.user().umask(), user.additionalGids()),
        args,
        env,
        cwd,
        capabilities == null ? main.capabilities() : capabilities,
        rlimits.isEmpty() ? main.rlimits() : rlimits,
        noNewPrivileges,
        apparmorProfile,
        selinuxLabel,
        main.oomScoreAdj(),
        scheduler == null ? main.scheduler() : scheduler,
        ioPriority == null ? main.ioPriority() : ioPriority);
  }

  /** The terminal's first size. */
  public record ConsoleSize(long height, long width) {}

  /** Who the process is; names were resolved by the caller. */
  public record User(long uid, long gid, @Nullable Long umask, List<Long> additionalGids) {
    public User(long uid, long gid, @Nullable Long umask, @Nullable List<Long> additionalGids) {
      this.uid = uid;
      this.gid = gid;
      this.umask = umask;
      this.additionalGids = Lists.copy(additionalGids);
    }
  }

  /** Names of capabilities, a list for each of the kernel's sets. */
  public record Capabilities(
      List<String> bounding,
      List<String> effective,
      List<String> inheritable,
      List<String> permitted,
      List<String> ambient) {
    public Capabilities {
      bounding = Lists.copy(bounding);
      effective = Lists.copy(effective);
      inheritable = Lists.copy(inheritable);
      permitted = Lists.copy(permitted);
      ambient = Lists.copy(ambient);
    }
  }

  /** A resource limit; values are unsigned 64-bit numbers. */
  public record Rlimit(String type, BigInteger soft, BigInteger hard) {
    public Rlimit {
      type = type == null ? "" : type;
      soft = soft == null ? BigInteger.ZERO : soft;
      hard = hard == null ? BigInteger.ZERO : hard;
    }
  }
}
