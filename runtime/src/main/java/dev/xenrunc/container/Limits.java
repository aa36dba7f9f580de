// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.time.Duration;

/**
 * How long the parts of a verb may take.
 *
 * @param domain until the toolstack has built or changed a domain
 * @param destroy until the toolstack has destroyed one
 * @param agent until the guest has booted and its agent has called
 * @param request until the agent has done what it was asked
 * @param monitor until a monitor is in place
 * @param kill from SIGKILL until the domain is destroyed instead
 * @param stop until a monitor that was told to stop has exited
 * @param busy until a verb gives up waiting for another one on the same container
 */
public record Limits(
    Duration domain,
    Duration destroy,
    Duration agent,
    Duration request,
    Duration monitor,
    Duration kill,
    Duration stop,
    Duration busy) {
  /** What config.toml changes one by one. */
  public static final Limits DEFAULTS =
      new Limits(
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(60));
}
