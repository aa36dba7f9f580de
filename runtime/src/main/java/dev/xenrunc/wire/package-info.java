// SPDX-License-Identifier: Apache-2.0
/** The frames and fields of docs/protocol.md, and one end of a connection that carries them. */
@NullMarked
package dev.xenrunc.wire;

import org.jspecify.annotations.NullMarked;
