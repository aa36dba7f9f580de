// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The host's files that specs may name: each a path, or all files of one directory, written with
 * {@code *} as the last component. Paths are compared as they are after every symbolic link, so
 * that a link in an allowed directory opens no other.
 */
public record AllowedFiles(List<Path> entries) {
  public static final AllowedFiles NONE = new AllowedFiles(List.of());

  private static final Path ANY = Path.of("*");

  /** The entries as they are written in config.toml. */
  public static AllowedFiles of(String key, List<String> written) {
    for (String entry : written) {
      String fixed = entry.endsWith("/*") ? entry.substring(0, entry.length() - 2) : entry;
      if (!entry.startsWith("/") || entry.equals("/*") || fixed.contains("*")) {
        throw new IllegalArgumentException(
            key + ": \"" + entry + "\" is neither an absolute path nor a directory's /*");
      }
    }
    return new AllowedFiles(written.stream().map(Path::of).toList());
  }

  /** The file that is meant, free of links, if it is allowed. */
  Optional<Path> find(String path) {
    return real(Path.of(path)).filter(Files::isRegularFile).filter(this::matches);
  }

  private boolean matches(Path file) {
    return entries.stream()
        .anyMatch(
            entry ->
                ANY.equals(entry.getFileName())
                    ? real(entry.resolveSibling("")).equals(Optional.ofNullable(file.getParent()))
                    : real(entry).equals(Optional.of(file)));
  }

  private static Optional<Path> real(Path path) {
    try {
      return Optional.of(path.toRealPath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
