// SPDX-License-Identifier: Apache-2.0
/**
 * A toolstack whose domains are local processes: the contract's tests run the real agent in them.
 */
@NullMarked
package dev.xenrunc.local;

import org.jspecify.annotations.NullMarked;
