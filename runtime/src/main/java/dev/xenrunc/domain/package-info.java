// SPDX-License-Identifier: Apache-2.0
/**
 * Domains of this runtime: the plan for one, made from a spec, and one from its build to its end.
 */
@NullMarked
package dev.xenrunc.domain;

import org.jspecify.annotations.NullMarked;
