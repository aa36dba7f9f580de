// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

/** A part of the spec of which only its presence matters. */
public record Ignored() {}
