// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.ProcessSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a process's terminal, or its streams, reach the caller.
 *
 * @param consoleSocket gets the terminal's master
 * @param foreground the launcher stays until the process exits, and exits as it does
 */
public record Attachment(Optional<Path> consoleSocket, boolean foreground) {
  /** There is nobody to relay for: somebody else has the streams or the terminal's master. */
  public static final Attachment DETACHED = new Attachment(Optional.empty(), false);

  private static final long SIDE_MASK = 0xffff;

  /** The terminal that the process is to have in dom0; refused as by runc (checkTerminal). */
  Optional<Launcher.Terminal> terminal(ProcessSpec process) {
    if (!foreground && process.terminal() && consoleSocket.isEmpty()) {
      throw new BundleException(
          "cannot allocate tty if runc will detach without setting console socket");
    }
    if ((foreground || !process.terminal()) && consoleSocket.isPresent()) {
      throw new BundleException(
          "cannot use console socket if runc will not detach or allocate tty");
    }
    return process.terminal() ? Optional.of(size(process)) : Optional.empty();
  }

  private static Launcher.Terminal size(ProcessSpec process) {
    ProcessSpec.ConsoleSize size = process.consoleSize();
    return size == null
        ? new Launcher.Terminal(0, 0)
        : new Launcher.Terminal(size.height() & SIDE_MASK, size.width() & SIDE_MASK);
  }

  /** Gives the terminal away, if the caller wants it. */
  void send(Launcher launcher) {
    consoleSocket.ifPresent(launcher::sendConsole);
  }
}
