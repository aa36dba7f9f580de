// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.oci.LinuxSpec;
import dev.xenrunc.oci.Personality;
import dev.xenrunc.oci.SeccompFlag;
import dev.xenrunc.oci.SeccompSpec;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import java.util.Optional;

/**
 * What restricts every process of a container, the main one and exec'd ones.
 *
 * @param seccomp the compiled profile; empty if none is applied
 */
public record Confinement(LinuxSpec linux, Optional<byte[]> seccomp) {
  /** Adds it to a RUN. */
  void put(FieldWriter run) {
    SeccompSpec profile = linux.seccomp();
    if (profile != null && seccomp.isPresent()) {
      run.put(FieldTag.SECCOMP, seccomp.get());
      run.put(FieldTag.SECCOMP_FLAGS, SeccompFlag.numbers(profile.flags()));
    }
    Personality personality = linux.personality();
    if (personality != null) {
      run.put(FieldTag.PERSONALITY, personality.number());
    }
  }
}
