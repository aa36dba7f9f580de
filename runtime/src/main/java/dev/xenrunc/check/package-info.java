// SPDX-License-Identifier: Apache-2.0
/** What of a host is missing or wrong for its containers to run as domains, and what to do. */
@NullMarked
package dev.xenrunc.check;

import org.jspecify.annotations.NullMarked;
