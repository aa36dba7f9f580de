// SPDX-License-Identifier: Apache-2.0
/** Which room of the Java code may enter which. */
package dev.xenrunc.layering;
