// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.OrderException;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.CleanPath;
import dev.xenrunc.oci.RootSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.oci.SpecReader;
import dev.xenrunc.oci.SpecValidator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bundle that can be run: its canonical paths, its spec, and the bytes that the spec was. */
record Bundle(Path path, Path rootfs, Spec spec, String text) {
  private static final Logger LOG = LoggerFactory.getLogger(Bundle.class);

  /** Reads it through the launcher, which sees the caller's files, and checks it. */
  static Bundle read(Path given, Launcher launcher) {
    Path path = launcher.resolve(given);
    byte[] json = config(path, launcher);
    Set<String> ignored = new TreeSet<>();
    Spec spec = SpecReader.read(json, ignored);
    ignored.addAll(SpecValidator.validate(spec));
    if (!ignored.isEmpty()) {
      LOG.warn("ignored in the spec: {}", String.join(", ", ignored));
    }
    RootSpec root = spec.root();
    Path rootfs = CleanPath.below(path, root == null ? "" : root.path());
    try {
      return new Bundle(
          path, launcher.resolve(rootfs), spec, new String(json, StandardCharsets.UTF_8));
    } catch (OrderException e) {
      if (e.isMissing()) {
        throw new BundleException("rootfs \"" + rootfs + "\" is missing", e);
      }
      throw e;
    }
  }

  private static byte[] config(Path path, Launcher launcher) {
    Path file = path.resolve("config.json");
    try {
      return launcher.readFile(file, SpecReader.SIZE_MAX);
    } catch (OrderException e) {
      if (e.isMissing()) {
        throw new BundleException("JSON specification file \"" + file + "\" is missing", e);
      }
      throw e;
    }
  }

  byte[] json() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
