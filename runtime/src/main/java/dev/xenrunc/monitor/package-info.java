// SPDX-License-Identifier: Apache-2.0
/** Java's half of a monitor's control socket. */
@NullMarked
package dev.xenrunc.monitor;

import org.jspecify.annotations.NullMarked;
