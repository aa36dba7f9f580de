// SPDX-License-Identifier: Apache-2.0
/** What helps to find out why something failed: causes in words, the log's keys on every thread. */
@NullMarked
package dev.xenrunc.diagnosis;

import org.jspecify.annotations.NullMarked;
