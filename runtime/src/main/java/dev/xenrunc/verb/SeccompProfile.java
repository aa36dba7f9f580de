// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.StateDirectory;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.SeccompSpec;
import dev.xenrunc.oci.Spec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The spec's seccomp profile as a container keeps it. */
final class SeccompProfile {
  private static final Logger LOG = LoggerFactory.getLogger(SeccompProfile.class);

  private SeccompProfile() {}

  /** Compiles it at create, so that its mistakes are reported then. */
  static void keep(Spec spec, boolean wanted, Launcher launcher, StateDirectory directory) {
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
}
