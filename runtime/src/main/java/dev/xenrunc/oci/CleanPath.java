// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Paths of config.json by their text alone, as runc cleans them: no link is followed, and what a
 * file system is asked for is the same.
 */
public final class CleanPath {
  private CleanPath() {}

  /** The path below the root, without "." and "..": Go's filepath.Join("/", path). */
  public static String rooted(String path) {
    return clean(path, true);
  }

  /** The same, but ".." stays, which behind a link leads elsewhere than the text says. */
  public static String plain(String path) {
    return clean(path, false);
  }

  /** What a relative path means in the bundle; it is cleaned there, an absolute one is as it is. */
  public static Path below(Path bundle, String path) {
    return path.startsWith("/") ? Path.of(path) : bundle.resolve(path).normalize();
  }

  private static String clean(String path, boolean ascends) {
    Deque<String> components = new ArrayDeque<>();
    for (String component : path.split("/", -1)) {
      if (ascends && component.equals("..")) {
        components.pollLast();
      } else if (!component.isEmpty() && !component.equals(".")) {
        components.addLast(component);
      }
    }
    return "/" + String.join("/", components);
  }
}
