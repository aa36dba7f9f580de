// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.xl.ffi.LibxlContext;
import dev.xenrunc.xl.ffi.LibxlLibrary;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JVM that opens a libxl context first and starts its first process then. Arguments: libxenlight
 * and a log. Says whether SIGCHLD is still caught, and by its exit status what the process
 * returned.
 */
final class SigchldOrder {
  private static final int SIGCHLD = 17;

  private SigchldOrder() {}

  public static void main(String[] arguments) throws Exception {
    try (LibxlContext context =
        LibxlLibrary.load(Path.of(arguments[0])).open(Path.of(arguments[1]))) {
      System.out.println(isSigchldCaught());
      Process child = new ProcessBuilder("/bin/sh", "-c", "exit 5").start();
      int code = child.waitFor();
      System.out.println(isSigchldCaught() + " " + context.info(5).isPresent());
      System.exit(code);
    }
  }

  private static boolean isSigchldCaught() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("SigCgt:")) {
        long mask = Long.parseUnsignedLong(line.substring("SigCgt:".length()).strip(), 16);
        return (mask & 1L << (SIGCHLD - 1)) != 0;
      }
    }
    throw new IllegalStateException("no SigCgt in /proc/self/status");
  }
}
