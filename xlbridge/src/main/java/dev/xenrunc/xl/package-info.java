// SPDX-License-Identifier: Apache-2.0
/** Domains, their vifs and vbds, and the toolstack that makes them. */
@NullMarked
package dev.xenrunc.xl;

import org.jspecify.annotations.NullMarked;
