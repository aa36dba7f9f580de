// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Goes through the making of a domain as far as a host without Xen allows, so that a JVM that
 * writes a class archive has loaded what the making needs.
 */
public final class Rehearsal {
  private static final Duration WAIT = Duration.ofMinutes(1);
  private static final String LIBRARY = "libxenlight.so.";

  private Rehearsal() {}

  /** Returns how the toolstack failed, as it must without Xen; with Xen it lists domains. */
  public static String run(DomainConfig config) throws IOException {
    String json = LibxlJson.of(config);
    ReadBack.check("libxl_domain_config", json, json);
    Path directory = Files.createTempDirectory("xen-runc-rehearsal");
    try (LibxlToolstack toolstack = new LibxlToolstack(hostWithNewestLibxl(directory))) {
      Deadline deadline = Deadline.after(WAIT);
      return toolstack.list(deadline).size() + " domains";
    } catch (ToolstackException | DeadlineExceededException e) {
      return String.valueOf(e.getMessage());
    } finally {
      removeAll(directory);
    }
  }

  /** Pretends to run the hypervisor whose libxl is installed, if any. */
  private static XenHost hostWithNewestLibxl(Path directory) throws IOException {
    XenHost real = XenHost.debian(directory);
    String newest = "0.0";
    for (Path libraries : real.libraries()) {
      newest = Files.isDirectory(libraries) ? newestOf(libraries, newest) : newest;
    }
    int dot = newest.indexOf('.');
    Files.writeString(directory.resolve("major"), newest.substring(0, dot));
    Files.writeString(directory.resolve("minor"), newest.substring(dot + 1));
    return new XenHost(directory, real.libraries(), real.storeSocket(), directory);
  }

  private static String newestOf(Path libraries, String before) throws IOException {
    String newest = before;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(libraries, LIBRARY + "4.??")) {
      for (Path file : files) {
        String version = file.getFileName().toString().substring(LIBRARY.length());
        newest = version.compareTo(newest) > 0 ? version : newest;
      }
    }
    return newest;
  }

  private static void removeAll(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
