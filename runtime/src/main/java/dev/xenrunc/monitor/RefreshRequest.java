// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The payload of REFRESH: what a guest cannot know by itself when it begins, or was held. */
final class RefreshRequest {
  private static final Path RANDOM = Path.of("/dev/urandom");
  private static final long NANOS = 1_000_000_000;

  private RefreshRequest() {}

  static FieldWriter now() {
    byte[] entropy = entropy();
    Instant time = Instant.now();
    return new FieldWriter()
        .put(FieldTag.ENTROPY, entropy)
        .put(FieldTag.TIME, time.getEpochSecond() * NANOS + time.getNano());
  }

  /** From the kernel itself: nothing of the JVM's stands between its pool and the guest's. */
  private static byte[] entropy() {
    try (InputStream random = Files.newInputStream(RANDOM)) {
      return random.readNBytes(Protocol.ENTROPY_SIZE);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + RANDOM, e);
    }
  }
}
