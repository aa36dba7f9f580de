// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.engine;

import dev.xenrunc.host.Launcher;

/** Does what launchers ask for; called by several threads at once. */
public interface Verbs {
  /** Runs one verb to its end. Every failure is a result. */
  VerbResult run(VerbCall call, Launcher launcher);

  /** True if there is nothing that an engine would have to look after. */
  boolean isIdle();
}
