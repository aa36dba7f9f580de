// SPDX-License-Identifier: Apache-2.0
/**
 * What the engine asks of the host: processes by identity, the launcher's orders, cgroups, waits.
 */
@NullMarked
package dev.xenrunc.host;

import org.jspecify.annotations.NullMarked;
