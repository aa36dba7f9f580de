// SPDX-License-Identifier: Apache-2.0
/** The OCI runtime specification's documents as data, and what this runtime accepts of them. */
@NullMarked
package dev.xenrunc.oci;

import org.jspecify.annotations.NullMarked;
