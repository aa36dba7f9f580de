// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.OrderException;
import dev.xenrunc.oci.SeccompSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A launcher that does its orders in this process, but for those it is told to refuse. */
final class FakeLauncher implements Launcher {
  static final byte[] PROGRAM = {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f};

  private static final int DIRECTORY = 0040755;

  final List<FakeMonitor> monitors = new ArrayList<>();
  final List<String> written = new CopyOnWriteArrayList<>();
  final List<Path> consoles = new ArrayList<>();
  volatile Optional<Terminal> terminal = Optional.empty();
  volatile String failing = "";
  volatile String refusedByMonitor = "";
  volatile List<FakeMonitor.Link> links = List.of(new FakeMonitor.Link("eth0", 1, 5, 2));

  private void act(String what) {
    if (failing.equals(what)) {
      throw new OrderException(what + " failed as it was told", 5);
    }
  }

  FakeMonitor monitor() {
    return monitors.get(monitors.size() - 1);
  }

  @Override
  public byte[] readFile(Path path, int limit) {
    act("readFile");
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new OrderException("open " + path, 2);
    }
  }

  @Override
  public Path resolve(Path path) {
    act("resolve");
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new OrderException("resolve " + path, 2);
    }
  }

  @Override
  public SpawnedMonitor spawnMonitor(MonitorOrder order) {
    act("spawnMonitor");
    terminal = order.terminal();
    FakeMonitor monitor = new FakeMonitor(order.socket(), refusedByMonitor);
    monitor.links = links;
    monitors.add(monitor);
    return new SpawnedMonitor(
        monitor.identity(),
        1,
        Collections.nCopies(order.files().exports().size(), new ExportRoot(DIRECTORY, false, 0)));
  }

  @Override
  public SpawnedSession spawnSession(SessionOrder order) {
    act("spawnSession");
    return new SpawnedSession(monitor().identity(), 2);
  }

  @Override
  public void sendConsole(Path socket) {
    act("sendConsole");
    consoles.add(socket);
  }

  @Override
  public HookOutcome runHook(HookOrder order) {
    act("runHook");
    return new HookOutcome(failing.equals("hook") ? 1 : 0, "", "");
  }

  @Override
  public byte[] compileSeccomp(SeccompSpec seccomp) {
    act("compileSeccomp");
    return PROGRAM.clone();
  }

  @Override
  public void writeOutput(String text) {
    act("writeOutput");
    written.add(text);
  }

  @Override
  public PsOutcome runPs(List<String> args) {
    act("runPs");
    return new PsOutcome(0, "PID\n1\n");
  }

  @Override
  public void writePidFile(Path path, long pid) {
    act("writePidFile");
    try {
      Files.writeString(path, Long.toString(pid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
