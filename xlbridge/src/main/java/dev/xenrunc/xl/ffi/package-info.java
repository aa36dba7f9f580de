// SPDX-License-Identifier: Apache-2.0
/** libxl's C functions, and the only place that knows addresses. */
@NullMarked
package dev.xenrunc.xl.ffi;

import org.jspecify.annotations.NullMarked;
