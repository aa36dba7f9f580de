// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.Personality;
import dev.xenrunc.oci.SeccompFlag;
import dev.xenrunc.oci.SeccompSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the spec lays on every process of a container, the main one and those by exec. */
final class Confinement {
  private static final Logger LOG = LoggerFactory.getLogger(Confinement.class);

  private final Spec spec;
  private final Optional<byte[]> seccomp;

  private Confinement(Spec spec, Optional<byte[]> seccomp) {
    this.spec = spec;
    this.seccomp = seccomp;
  }

  /** Compiles the spec's seccomp profile at create, so that its mistakes are told then. */
  static void prepare(Spec spec, boolean wanted, Launcher launcher, StateDirectory directory) {
    SeccompSpec profile = spec.linux().seccomp();
    if (profile == null || !profile.isGiven()) {
      return;
    }
    if (!wanted) {
      LOG.warn("the spec's seccomp profile is not applied: config.toml says seccomp = false");
      return;
    }
    directory.writeSeccomp(launcher.compileSeccomp(profile));
  }

  static Confinement of(Container container) {
    return new Confinement(container.spec(), container.directory().readSeccomp());
  }

  /** Writes it into a RUN. */
  void put(FieldWriter run) {
    SeccompSpec profile = spec.linux().seccomp();
    if (profile != null && seccomp.isPresent()) {
      run.put(FieldTag.SECCOMP, seccomp.get());
      run.put(FieldTag.SECCOMP_FLAGS, SeccompFlag.numbers(profile.flags()));
    }
    Personality personality = spec.linux().personality();
    if (personality != null) {
      run.put(FieldTag.PERSONALITY, personality.number());
    }
  }
}
