// SPDX-License-Identifier: Apache-2.0
/** The lifecycle of a container and the state directory that remembers it. */
@NullMarked
package dev.xenrunc.container;

import org.jspecify.annotations.NullMarked;
