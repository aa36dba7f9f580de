// SPDX-License-Identifier: Apache-2.0
/** The resident server: a launcher's request in, a verb run, its result out. */
@NullMarked
package dev.xenrunc.engine;

import org.jspecify.annotations.NullMarked;
