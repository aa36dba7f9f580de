// SPDX-License-Identifier: Apache-2.0
/** Which host hook runs when, and with what state; the launcher executes it. */
@NullMarked
package dev.xenrunc.hook;

import org.jspecify.annotations.NullMarked;
