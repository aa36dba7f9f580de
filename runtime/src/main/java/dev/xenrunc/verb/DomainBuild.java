// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Timings;
import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.diagnosis.LogKeys;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.DomainConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A domain that is built and booted while the rest of create goes on. */
final class DomainBuild {
  private final Container container;
  private final CompletableFuture<Void> built;

  private DomainBuild(Container container, CompletableFuture<Void> built) {
    this.container = container;
    this.built = built;
  }

  /** Begins it. Nothing of the container is in it yet but its size. */
  static DomainBuild begin(Container container, DomainConfig config, Timings timings) {
    EngineParts engine = container.engine();
    requireFile(config.boot().kernel(), "guest kernel");
    requireFile(config.boot().ramdisk(), "guest initramfs");
    return new DomainBuild(
        container,
        CompletableFuture.runAsync(
            () -> timings.measure("domain", () -> build(container, config, engine)),
            LogKeys.carriedBy(engine.threads().executor())));
  }

  private static void requireFile(Path file, String what) {
    if (!Files.isRegularFile(file)) {
      throw new ContainerException.Failed(
          what + " \"" + file + "\" is missing: install it, or name another in config.toml");
    }
  }

  private static void build(Container container, DomainConfig config, EngineParts engine) {
    Deadline deadline = Deadline.after(engine.limits().domain());
    container.domain().build(config, deadline);
    engine.crash().reach(CrashPoint.CREATE_DOMAIN_BUILT);
    container.domain().boot(deadline);
  }

  /** Waits until it runs. */
  void await() {
    try {
      built.join();
    } catch (CompletionException e) {
      throw new ContainerException.Failed("build domain: " + Cause.words(e), e);
    }
  }

  /** Waits until it is clear what was built, and destroys it. */
  void undo() {
    // However it ended: what there may be of it has the uuid.
    built.handle((nothing, failure) -> failure == null).join();
    container.destroyDomain();
  }
}
