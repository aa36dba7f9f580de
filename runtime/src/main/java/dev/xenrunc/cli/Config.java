// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.Limits;
import dev.xenrunc.domain.GuestSettings;
import java.time.Duration;

/** Everything that config.toml can change. */
record Config(
    GuestSettings guest, boolean seccomp, Limits limits, Duration idle, CrashPoint.Armed crash) {}
