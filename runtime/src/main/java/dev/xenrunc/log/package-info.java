// SPDX-License-Identifier: Apache-2.0
/** The SLF4J provider that writes the engine's log. */
@NullMarked
package dev.xenrunc.log;

import org.jspecify.annotations.NullMarked;
