// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.util.Map;

/**
 * What a guest takes over from the host as its container starts.
 *
 * @param sysctls kernel settings by name
 */
record HostValues(UtsNames names, Map<String, String> sysctls) {}
