// SPDX-License-Identifier: Apache-2.0
/** xenstore, spoken to over its Unix socket. */
@NullMarked
package dev.xenrunc.xl.store;

import org.jspecify.annotations.NullMarked;
