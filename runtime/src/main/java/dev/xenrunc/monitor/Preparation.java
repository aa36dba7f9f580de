// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.oci.Spec;
import java.util.List;

/**
 * A container as its guest is to make it before its first process.
 *
 * @param resources the limits of its cgroup, which may differ from the spec's after an update
 * @param exports the roots of the spec's exports, by number
 */
public record Preparation(
    Spec spec,
    ResourcesSpec resources,
    List<Launcher.ExportRoot> exports,
    HostValues host,
    NetworkSettings network) {}
