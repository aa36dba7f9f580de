// SPDX-License-Identifier: Apache-2.0
/** What each verb does to a container, and the parts that verbs share. */
@NullMarked
package dev.xenrunc.verb;

import org.jspecify.annotations.NullMarked;
