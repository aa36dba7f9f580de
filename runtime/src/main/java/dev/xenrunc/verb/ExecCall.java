// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.oci.ProcessSpec;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A process to run in a running container.
 *
 * @param process makes it out of the container's main process
 */
public record ExecCall(
    UnaryOperator<ProcessSpec> process,
    Attachment attachment,
    Optional<Path> pidFile,
    boolean ignoresPause) {}
