// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Decides whether a process can be run, in the words of runc's validateProcessSpec and others. */
final class ProcessValidator {
  private static final long ID_MAX = 0xffffffffL;
  private static final int RLIMIT_BITS = 64;

  private ProcessValidator() {}

  static void check(ProcessSpec process) {
    if (process.cwd().isEmpty()) {
      throw new BundleException("Cwd property must not be empty");
    }
    if (!process.cwd().startsWith("/")) {
      throw new BundleException("Cwd must be an absolute path");
    }
    if (process.args().isEmpty()) {
      throw new BundleException("args must not be empty");
    }
    process.env().forEach(ProcessValidator::checkVariable);
    checkUser(process.user());
    checkRlimits(process);
    if (process.scheduler() != null) {
      process.scheduler().check();
    }
    if (process.ioPriority() != null) {
      process.ioPriority().check();
    }
  }

  /** Names of capabilities that the kernel has none of; runc leaves them out with a warning. */
  static Set<String> unknownCapabilities(ProcessSpec process) {
    Set<String> unknown = new TreeSet<>();
    ProcessSpec.Capabilities sets = process.capabilities();
    if (sets != null) {
      Stream.of(
              sets.bounding(),
              sets.effective(),
              sets.inheritable(),
              sets.permitted(),
              sets.ambient())
          .forEach(set -> set.stream().filter(n -> !CapabilitySet.knows(n)).forEach(unknown::add));
    }
    return unknown;
  }

  private static void checkVariable(String variable) {
    int equals = variable.indexOf('=');
    if (equals < 0) {
      throw new BundleException(
          "invalid environment variable: missing '=' in \"" + variable + "\"");
    }
    if (equals == 0) {
      throw new BundleException("invalid environment variable: name cannot be empty");
    }
  }

  private static void checkUser(ProcessSpec.User user) {
    checkId(user.uid(), "uid");
    checkId(user.gid(), "gid");
    user.additionalGids().forEach(gid -> checkId(gid, "additionalGids"));
    if (user.umask() != null) {
      checkId(user.umask(), "umask");
    }
  }

  private static void checkId(long id, String what) {
    if (id < 0 || id > ID_MAX) {
      throw new BundleException(
          "json: cannot unmarshal number "
              + id
              + " into Go struct field User.process.user."
              + what
              + " of type uint32");
    }
  }

  private static void checkRlimits(ProcessSpec process) {
    Set<String> seen = new HashSet<>();
    for (ProcessSpec.Rlimit rlimit : process.rlimits()) {
      if (RlimitKind.of(rlimit.type()).isEmpty()) {
        throw new BundleException("wrong rlimit value: " + rlimit.type());
      }
      if (!seen.add(rlimit.type())) {
        throw new BundleException("rlimit " + rlimit.type() + " is given twice");
      }
      if (rlimit.soft().signum() < 0
          || rlimit.hard().signum() < 0
          || rlimit.soft().bitLength() > RLIMIT_BITS
          || rlimit.hard().bitLength() > RLIMIT_BITS) {
        throw new BundleException("rlimit " + rlimit.type() + " does not fit 64 bits");
      }
    }
  }
}
