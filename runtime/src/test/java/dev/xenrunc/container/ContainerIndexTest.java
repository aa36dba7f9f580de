// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerIndexTest {
  @TempDir private Path directory;

  private ContainerIndex index() {
    return new ContainerIndex(directory.resolve("index"));
  }

  private List<ContainerKey> containers(String name, int count) throws IOException {
    List<ContainerKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ContainerKey key = new ContainerKey(directory.resolve("root"), new ContainerId(name + i));
      Files.createDirectories(key.directory());
      keys.add(key);
    }
    return keys;
  }

  @Test
  void withoutADirectoryThereAreNone() {
    assertEquals(List.of(), index().all());
  }

  @Test
  void anEntryWithoutAStateDirectoryIsDropped() throws IOException {
    ContainerKey key = containers("web", 1).get(0);
    index().add(key);
    Files.delete(key.directory());

    assertEquals(List.of(), index().all());
    try (var links = Files.list(directory.resolve("index"))) {
      assertEquals(0, links.count());
    }
  }

  @Test
  void containersThatComeAndGoHideNoOther() throws IOException {
    List<ContainerKey> stay = containers("stays", 100);
    List<ContainerKey> go = containers("goes", 20);
    stay.forEach(index()::add);
    AtomicBoolean enough = new AtomicBoolean();
    ContainerIndex otherEngine = index();
    CompletableFuture<Void> others =
        CompletableFuture.runAsync(
            () -> {
              while (!enough.get()) {
                go.forEach(otherEngine::add);
                go.forEach(otherEngine::remove);
              }
            });
    try {
      for (int i = 0; i < 200; i++) {
        assertTrue(index().all().containsAll(stay));
      }
    } finally {
      enough.set(true);
      others.join();
    }
  }
}
