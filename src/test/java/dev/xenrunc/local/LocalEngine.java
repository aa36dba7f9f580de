// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.local;

import dev.xenrunc.cli.XenRunc;
import java.io.IOException;
import java.nio.file.Path;

/** The engine as it is, with a toolstack whose domains are local processes. */
public final class LocalEngine {
  private LocalEngine() {}

  /** Takes the directory that remembers domains between engines. */
  public static void main(String[] args) throws IOException {
    Path agent = Path.of(System.getProperty("xen-runc.libexec")).resolve("agent");
    System.exit(XenRunc.serve(new LocalToolstack(Path.of(args[0]), agent)));
  }
}
