// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides whether a seccomp profile can be compiled, in the words of runc's specconv. */
final class SeccompValidator {
  /** Those that can be carried out; {@link #NOTIFY} is known besides. */
  static final Set<String> ACTIONS =
      Set.of(
          "SCMP_ACT_ALLOW",
          "SCMP_ACT_ERRNO",
          "SCMP_ACT_KILL",
          "SCMP_ACT_KILL_PROCESS",
          "SCMP_ACT_KILL_THREAD",
          "SCMP_ACT_LOG",
          "SCMP_ACT_TRACE",
          "SCMP_ACT_TRAP");

  static final Set<String> OPERATORS =
      Set.of(
          "SCMP_CMP_EQ",
          "SCMP_CMP_GE",
          "SCMP_CMP_GT",
          "SCMP_CMP_LE",
          "SCMP_CMP_LT",
          "SCMP_CMP_MASKED_EQ",
          "SCMP_CMP_NE");

  static final Set<String> ARCHITECTURES =
      Set.of(
          "SCMP_ARCH_AARCH64",
          "SCMP_ARCH_ARM",
          "SCMP_ARCH_MIPS",
          "SCMP_ARCH_MIPS64",
          "SCMP_ARCH_MIPS64N32",
          "SCMP_ARCH_MIPSEL",
          "SCMP_ARCH_MIPSEL64",
          "SCMP_ARCH_MIPSEL64N32",
          "SCMP_ARCH_PPC",
          "SCMP_ARCH_PPC64",
          "SCMP_ARCH_PPC64LE",
          "SCMP_ARCH_RISCV64",
          "SCMP_ARCH_S390",
          "SCMP_ARCH_S390X",
          "SCMP_ARCH_X32",
          "SCMP_ARCH_X86",
          "SCMP_ARCH_X86_64");

  private static final String NOTIFY = "SCMP_ACT_NOTIFY";
  private static final int VALUE_BITS = 64;

  private SeccompValidator() {}

  static void check(SeccompSpec seccomp) {
    if (!seccomp.isGiven()) {
      return;
    }
    List<String> flags = seccomp.flags();
    if (flags != null) {
      flags.forEach(SeccompValidator::checkFlag);
    }
    seccomp.architectures().forEach(word -> checkWord(word, ARCHITECTURES, "arch"));
    checkAction(seccomp.defaultAction());
    checkErrno(seccomp.defaultErrnoRet());
    String listener = seccomp.listenerPath();
    if (listener != null && !listener.isEmpty()) {
      throw new BundleException(
          "seccomp listenerPath is not supported: no listener on the host can answer for the"
              + " guest's system calls");
    }
    for (SeccompSpec.Syscall call : seccomp.syscalls()) {
      checkAction(call.action());
      checkErrno(call.errnoRet());
      call.args().forEach(SeccompValidator::checkArg);
    }
  }

  private static void checkFlag(String word) {
    if (SeccompFlag.of(word).isEmpty()) {
      throw new BundleException("seccomp flag " + word + " is not known to runc");
    }
    if (SeccompFlag.WAIT_KILLABLE_RECV.word().equals(word)) {
      throw new BundleException(
          "seccomp flag " + word + " is not supported: it needs " + NOTIFY + ", which is not");
    }
  }

  private static void checkAction(String word) {
    if (word.equals(NOTIFY)) {
      throw new BundleException(
          NOTIFY
              + " is not supported: no listener on the host can answer for the guest's system"
              + " calls");
    }
    checkWord(word, ACTIONS, "action");
  }

  private static void checkArg(SeccompSpec.Arg arg) {
    checkWord(arg.op(), OPERATORS, "operator");
    for (BigInteger value : List.of(arg.value(), arg.valueTwo())) {
      if (value.signum() < 0 || value.bitLength() > VALUE_BITS) {
        throw new BundleException("seccomp argument value " + value + " does not fit 64 bits");
      }
    }
    if (arg.index() < 0 || arg.index() > Integer.MAX_VALUE) {
      throw new BundleException("seccomp argument index " + arg.index() + " is out of range");
    }
  }

  private static void checkErrno(@Nullable Long code) {
    if (code != null && code < 0) {
      throw new BundleException("seccomp errnoRet " + code + " is negative");
    }
  }

  private static void checkWord(String word, Set<String> known, String what) {
    if (!known.contains(word)) {
      throw new BundleException("string " + word + " is not a valid " + what + " for seccomp");
    }
  }
}
