// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a host keeps what the toolstack needs.
 *
 * @param hypervisor the directory with the running hypervisor's version
 * @param libraries directories that may hold libxenlight
 * @param storeSocket xenstored's Unix socket
 * @param logs where libxl's logs go; made if missing
 */
public record XenHost(Path hypervisor, List<Path> libraries, Path storeSocket, Path logs) {
  public XenHost {
    libraries = List.copyOf(libraries);
  }

  /** This host, as Debian lays it out. */
  public static XenHost debian(Path logs) {
    return new XenHost(
        Path.of("/sys/hypervisor/version"),
        List.of(Path.of("/usr/lib/x86_64-linux-gnu"), Path.of("/usr/lib64"), Path.of("/usr/lib")),
        Path.of("/run/xenstored/socket"),
        logs);
  }

  /**
   * The libxenlight made for the running hypervisor; another version's calls are refused by Xen.
   */
  Path libxl() {
    String name = "libxenlight.so." + version("major") + "." + version("minor");
    return libraries.stream()
        .map(directory -> directory.resolve(name))
        .filter(Files::isReadable)
        .findFirst()
        .orElseThrow(
            () ->
                new HostException(
                    name + " is missing: install the toolstack of the running hypervisor"));
  }

  private String version(String part) {
    Path file = hypervisor.resolve(part);
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new HostException("this host does not run Xen: cannot read " + file, e);
    }
  }
}
