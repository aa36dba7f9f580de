// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Timings;
import dev.xenrunc.host.Launcher;

/**
 * Who asked for a verb.
 *
 * @param launcher acts where the caller is
 * @param timings where the verb's time goes, for the log
 */
public record Caller(Launcher launcher, Timings timings) {
  static final String GONE = "the caller is gone";
}
