package dev.xenrunc.container;

import dev.xenrunc.oci.ProcessSpec;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A process to run in a running container.
 *
 * @param process makes it out of the container's main process
 * @param foreground the launcher stays until it exits, and exits as it does
 */
public record ExecOrder(
    ContainerKey key,
    UnaryOperator<ProcessSpec> process,
    Optional<Path> pidFile,
    boolean foreground,
    boolean ignoresPause) {}
