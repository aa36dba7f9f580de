// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.ContainerKey;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the caller of create asks for, apart from the spec.
 *
 * @param bundle in the caller's mount namespace
 */
public record CreateCall(
    ContainerKey key,
    Path bundle,
    Attachment attachment,
    Optional<Path> pidFile,
    boolean systemdCgroup) {}
