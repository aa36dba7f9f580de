// SPDX-License-Identifier: Apache-2.0
/** One class a verb, the wiring of the engine, and the one reader of exceptions. */
@NullMarked
package dev.xenrunc.cli;

import org.jspecify.annotations.NullMarked;
