// SPDX-License-Identifier: Apache-2.0
/** The pure function from a spec to the Xen domain that will run it. */
@NullMarked
package dev.xenrunc.domain;

import org.jspecify.annotations.NullMarked;
