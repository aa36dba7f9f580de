// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xenrunc.container.StateReport;
import dev.xenrunc.host.Signal;
import dev.xenrunc.wire.FrameType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContainersTest extends ContainerRig {
  @Test
  void aWholeLifeLeavesNothing() throws Exception {
    create();
    assertEquals("created", status());
    assertEquals(
        Long.toString(launcher.monitor().process.pid()),
        Files.readString(directory.resolve("pid")));
    start();
    assertEquals("running", status());
    assertEquals("02:42:00:00:00:01", toolstack.vifs.get(0).mac().text());
    kill(Signal.TERM, false);
    launcher.monitor().exit(143);
    within(() -> status().equals("stopped"));
    assertEquals(0, StateReport.of(containers.existing(key).state()).pid());
    delete();

    assertNothingIsLeft();
    assertEquals(
        List.of(
            FrameType.CONNECT,
            FrameType.REFRESH,
            FrameType.PREPARE,
            FrameType.RUN,
            FrameType.SIGNAL),
        launcher.monitor().askedOfGuest());
  }

  @Test
  void statusesRefuseVerbsInRuncsWords() throws Exception {
    assertSays("container does not exist", this::start);
    create();
    start();
    assertSays("cannot start an already running container", this::start);
    assertSays("cannot delete container web that is not stopped: running", () -> delete());
    launcher.monitor().exit(0);
    within(() -> status().equals("stopped"));
    assertSays("cannot start a container that has stopped", this::start);
    assertSays("container not running", () -> kill(Signal.TERM, false));
    kill(Signal.KILL, true);
  }

  @Test
  void listPassesOverWhatIsNoContainerOfOurs() throws IOException {
    create();
    Path other = Files.createDirectories(key.root().resolve("other"));
    Files.writeString(other.resolve("state.json"), "{\"id\":\"other\",\"init_process_pid\":1}");

    assertEquals(
        List.of("web"), containers.list(key.root()).stream().map(StateReport::id).toList());
  }
}
