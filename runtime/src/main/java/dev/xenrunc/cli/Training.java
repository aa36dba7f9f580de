// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.domain.DomainIdentity;
import dev.xenrunc.domain.DomainPlanner;
import dev.xenrunc.domain.HostFacts;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.oci.SpecReader;
import dev.xenrunc.oci.SpecValidator;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.Rehearsal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.UUID;

/** Does what a first container would, without Xen, so that its classes go into the CDS archive. */
final class Training {
  private Training() {}

  static void run() throws IOException {
    CommandLines.warmUp();
    Rehearsal.run(
        domain(ConfigFile.read(Path.of("/nowhere/config.toml"), Path.of("/usr/lib/xen-runc"))));
  }

  /** The domain of a usual container. */
  static DomainConfig domain(Config config) throws IOException {
    try (InputStream json = Training.class.getResourceAsStream("training-config.json")) {
      if (json == null) {
        throw new IOException("the training spec is not in the jar");
      }
      Spec spec = SpecReader.read(json.readAllBytes());
      SpecValidator.validate(spec);
      DomainIdentity identity =
          new DomainIdentity(UUID.randomUUID(), "/run/runc", "training", "00000000");
      return new DomainPlanner(config.guest(), new HostFacts(1, 1, 0)).plan(spec, identity);
    }
  }
}
