// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.check;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The host's files, below / or where a test has others. */
record HostTree(Path root) {
  /** Where the absolute path is. */
  Path at(String path) {
    return root.resolve(path.substring(1));
  }

  boolean has(String path) {
    return Files.exists(at(path));
  }

  /** The text of a file without its last line end; empty if it cannot be read. */
  Optional<String> text(String path) {
    try {
      return Optional.of(Files.readString(at(path)).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The lines of a file that are neither empty nor comments. */
  List<String> lines(String path) {
    return text(path).stream()
        .flatMap(String::lines)
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  /** Whether a process with this name runs. */
  boolean runs(String name) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(at("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (text("/proc/" + process.getFileName() + "/comm").filter(name::equals).isPresent()) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
