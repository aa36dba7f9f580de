// SPDX-License-Identifier: Apache-2.0
/** How long things may take. */
@NullMarked
package dev.xenrunc.time;

import org.jspecify.annotations.NullMarked;
