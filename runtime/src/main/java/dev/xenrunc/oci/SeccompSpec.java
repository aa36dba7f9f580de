// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which system calls the container's processes may make (config-linux.md "Seccomp").
 *
 * @param flags null means the runtime's usual ones
 */
public record SeccompSpec(
    String defaultAction,
    @Nullable Long defaultErrnoRet,
    List<String> architectures,
    @Nullable List<String> flags,
    @Nullable String listenerPath,
    List<Syscall> syscalls) {
  public SeccompSpec {
    defaultAction = defaultAction == null ? "" : defaultAction;
    architectures = Lists.copy(architectures);
    flags = flags == null ? null : List.copyOf(flags);
    syscalls = Lists.copy(syscalls);
  }

  /** False if it says nothing, which runc takes for no profile. */
  public boolean isGiven() {
    return !defaultAction.isEmpty() || !syscalls.isEmpty();
  }

  /** System calls that share an action, under conditions on their arguments. */
  public record Syscall(
      List<String> names, String action, @Nullable Long errnoRet, List<Arg> args) {
    public Syscall {
      names = Lists.copy(names);
      action = action == null ? "" : action;
      args = Lists.copy(args);
    }
  }

  /** A condition on one argument; values are unsigned 64-bit numbers. */
  public record Arg(long index, BigInteger value, BigInteger valueTwo, String op) {
    public Arg {
      value = value == null ? BigInteger.ZERO : value;
      valueTwo = valueTwo == null ? BigInteger.ZERO : valueTwo;
      op = op == null ? "" : op;
    }
  }
}
