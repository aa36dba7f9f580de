// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.nio.file.Path;

/** Where a monitor finds the byte channel of a domain's agent. */
public sealed interface ChannelAddress {
  /**
   * A vchan whose server is the guest.
   *
   * @param ringRef grant of the page that describes the rings; the guest chose it
   * @param port event channel; the guest chose it
   */
  record Vchan(Domid domid, long ringRef, long port) implements ChannelAddress {}

  /** A Unix stream socket, for an agent that runs as a process of this host. */
  record Socket(Path path) implements ChannelAddress {}
}
