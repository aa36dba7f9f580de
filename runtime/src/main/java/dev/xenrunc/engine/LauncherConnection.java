// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.engine;

import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.host.Errno;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.OrderException;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.oci.CgroupPlace;
import dev.xenrunc.oci.SeccompSpec;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.wire.Message;
import dev.xenrunc.wire.Peer;
import dev.xenrunc.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One launcher: its call, the orders it is given, its result. */
final class LauncherConnection implements Launcher {
  private static final Logger LOG = LoggerFactory.getLogger(LauncherConnection.class);
  private static final Duration GREETING = Duration.ofSeconds(10);
  private static final Duration FILE = Duration.ofSeconds(30);
  private static final Duration SPAWN = Duration.ofSeconds(65);
  private static final Duration HOOK_GRACE = Duration.ofSeconds(10);
  private static final int CODE_MAX = 255;

  private final Peer peer;
  private final VerbLog log;

  LauncherConnection(Peer peer) {
    this.peer = peer;
    log = new VerbLog(peer);
  }

  /** Where what is logged for the caller goes. */
  VerbLog log() {
    return log;
  }

  /** The build of which the launcher is. */
  String greet(String build) throws WireException {
    return peer.greet(Optional.of(build), GREETING).build().orElse("");
  }

  /** What it asks for. From here on the connection's end is noticed. */
  VerbCall call() throws WireException {
    Fields fields = peer.expect(FrameType.VERB, GREETING).fields();
    Path root = Path.of(fields.text(FieldTag.ROOT));
    Path cwd = Path.of(fields.text(FieldTag.CWD));
    if (!root.isAbsolute() || !cwd.isAbsolute()) {
      throw new WireException("the launcher sent a path that is not absolute");
    }
    peer.listen(new Unasked());
    return new VerbCall(
        root,
        cwd,
        fields.texts(FieldTag.ARG),
        fields.flag(FieldTag.DEBUG),
        fields.flag(FieldTag.SYSTEMD_CGROUP));
  }

  private static final class Unasked implements Peer.Listener {
    @Override
    public void received(Message message) throws WireException {
      throw new WireException("the launcher sent " + message.type());
    }

    @Override
    public void closed(WireException why) {
      // The next order, or the result, finds it closed.
    }
  }

  /** Tells it that this engine is of another build. */
  void refuse() throws WireException {
    peer.send(
        FrameType.RESULT, new FieldWriter().put(FieldTag.STATUS, Errno.ESTALE.number()), GREETING);
  }

  /** Tells it how the verb ended. */
  void finish(VerbResult result) throws WireException {
    FieldWriter fields = new FieldWriter().put(FieldTag.CODE, Math.min(result.code(), CODE_MAX));
    if (!result.output().isEmpty()) {
      fields.put(FieldTag.OUTPUT, result.output().getBytes(StandardCharsets.UTF_8));
    }
    fields.putIfPresent(FieldTag.TEXT, result.error().map(text -> text.replace("\0", "?")));
    fields.putAll(FieldTag.ARG, result.then());
    VerbLog.put(fields, result.place());
    peer.send(FrameType.RESULT, fields, GREETING);
  }

  @Override
  public byte[] readFile(Path path, int limit) {
    FieldWriter fields =
        new FieldWriter().put(FieldTag.PATH, path.toString()).put(FieldTag.LIMIT, limit);
    return order(FrameType.READ_FILE, fields, FILE, reply -> reply.bytes(FieldTag.BYTES));
  }

  @Override
  public Path resolve(Path path) {
    FieldWriter fields = new FieldWriter().put(FieldTag.PATH, path.toString());
    return order(FrameType.RESOLVE, fields, FILE, reply -> Path.of(reply.text(FieldTag.PATH)));
  }

  @Override
  public SpawnedMonitor spawnMonitor(MonitorOrder order) {
    FieldWriter fields =
        new FieldWriter()
            .putAll(FieldTag.ARG, order.command())
            .put(FieldTag.SOCKET, order.socket().toString())
            .put(FieldTag.CONTAINER, order.containerId())
            .putIfPresent(FieldTag.NETNS, order.netns());
    if (order.cgroup() instanceof CgroupPlace.Path path) {
      fields.put(FieldTag.CGROUP, path.path());
    } else if (order.cgroup() instanceof CgroupPlace.Scope scope) {
      fields.put(FieldTag.SCOPE_UNIT, scope.unit()).put(FieldTag.SCOPE_SLICE, scope.slice());
    }
    order.oomScoreAdj().ifPresent(score -> fields.put(FieldTag.OOM_SCORE_ADJ, score));
    put(fields, order.terminal(), order.foreground());
    put(fields, order.files());
    return order(
        FrameType.SPAWN_MONITOR,
        fields,
        SPAWN,
        reply -> spawned(reply, order.files().exports().size()));
  }

  private static void put(FieldWriter fields, HostFiles files) {
    for (Export export : files.exports()) {
      fields.put(
          FieldTag.EXPORT,
          new FieldWriter()
              .put(FieldTag.NUMBER, export.number())
              .put(FieldTag.PATH, export.path().toString())
              .put(FieldTag.FLAGS, export.flags())
              .put(FieldTag.RECURSIVE_FLAGS, export.recursiveFlags()));
    }
    for (Mount mount : files.mounts()) {
      FieldWriter group =
          new FieldWriter().put(FieldTag.TYPE, mount.type()).put(FieldTag.TARGET, mount.target());
      mount.export().ifPresent(number -> group.put(FieldTag.NUMBER, number));
      fields.put(FieldTag.MOUNT, group);
    }
    if (files.readonly()) {
      fields.put(FieldTag.READONLY, true);
    }
  }

  private static void put(FieldWriter fields, Optional<Terminal> terminal, boolean foreground) {
    terminal.ifPresent(
        size ->
            fields
                .put(FieldTag.TERMINAL, true)
                .put(FieldTag.ROWS, size.rows())
                .put(FieldTag.COLUMNS, size.columns()));
    if (foreground) {
      fields.put(FieldTag.FOREGROUND, true);
    }
  }

  private static SpawnedMonitor spawned(Fields reply, int exports) throws WireException {
    ExportRoot[] roots = new ExportRoot[exports];
    for (Fields group : reply.groups(FieldTag.EXPORT)) {
      long number = group.number(FieldTag.NUMBER);
      if (number >= exports) {
        throw new WireException("the monitor tells of export " + number);
      }
      roots[(int) number] =
          new ExportRoot(
              (int) group.number(FieldTag.MODE),
              group.flag(FieldTag.READONLY),
              group.optionalNumber(FieldTag.FLAGS).orElse(0));
    }
    for (int number = 0; number < exports; number++) {
      if (roots[number] == null) {
        throw new WireException("the monitor does not tell of export " + number);
      }
    }
    return new SpawnedMonitor(
        new ProcessIdentity(reply.number(FieldTag.PID), reply.number(FieldTag.START_TIME)),
        reply.number(FieldTag.NETNS_INODE),
        List.of(roots));
  }

  @Override
  public SpawnedSession spawnSession(SessionOrder order) {
    FieldWriter fields =
        new FieldWriter()
            .putAll(FieldTag.ARG, order.command())
            .put(FieldTag.SOCKET, order.socket().toString())
            .put(FieldTag.PID, order.monitor());
    put(fields, order.terminal(), order.foreground());
    return order(
        FrameType.SPAWN_SESSION,
        fields,
        SPAWN,
        reply ->
            new SpawnedSession(
                new ProcessIdentity(reply.number(FieldTag.PID), reply.number(FieldTag.START_TIME)),
                (int) reply.number(FieldTag.PROCESS)));
  }

  @Override
  public void sendConsole(Path socket) {
    FieldWriter fields = new FieldWriter().put(FieldTag.PATH, socket.toString());
    order(FrameType.SEND_CONSOLE, fields, FILE, reply -> true);
  }

  @Override
  public HookOutcome runHook(HookOrder order) {
    FieldWriter fields =
        new FieldWriter()
            .put(FieldTag.PATH, order.path())
            .putAll(FieldTag.ARG, order.args())
            .putIfPresent(FieldTag.CWD, order.directory().map(Path::toString))
            .put(FieldTag.STDIN, order.stdin().getBytes(StandardCharsets.UTF_8))
            .putIfPresent(FieldTag.NETNS, order.netns());
    order
        .env()
        .ifPresentOrElse(
            env -> fields.putAll(FieldTag.ENV, env),
            () -> fields.put(FieldTag.ENV_INHERITED, true));
    order.timeout().ifPresent(limit -> fields.put(FieldTag.TIMEOUT, limit.toMillis()));
    Duration limit = order.timeout().map(HOOK_GRACE::plus).orElse(HOOK_WITHOUT_TIMEOUT);
    return order(
        FrameType.RUN_HOOK,
        fields,
        limit,
        reply ->
            new HookOutcome(
                (int) reply.number(FieldTag.CODE),
                said(reply, FieldTag.STDOUT),
                said(reply, FieldTag.OUTPUT)));
  }

  private static String said(Fields reply, FieldTag tag) {
    return new String(reply.optionalBytes(tag).orElse(new byte[0]), StandardCharsets.UTF_8);
  }

  @Override
  public byte[] compileSeccomp(SeccompSpec seccomp) {
    return order(
        FrameType.COMPILE_SECCOMP,
        SeccompOrder.of(seccomp),
        FILE,
        reply -> reply.bytes(FieldTag.BYTES));
  }

  @Override
  public void writeOutput(String text) {
    FieldWriter fields = new FieldWriter();
    if (!text.isEmpty()) {
      fields.put(FieldTag.OUTPUT, text.getBytes(StandardCharsets.UTF_8));
    }
    order(FrameType.WRITE_OUTPUT, fields, HOOK_WITHOUT_TIMEOUT, reply -> true);
  }

  @Override
  public PsOutcome runPs(List<String> args) {
    return order(
        FrameType.RUN_PS,
        new FieldWriter().putAll(FieldTag.ARG, args),
        SPAWN,
        reply ->
            new PsOutcome(
                (int) reply.number(FieldTag.CODE),
                new String(reply.bytes(FieldTag.OUTPUT), StandardCharsets.UTF_8)));
  }

  @Override
  public void writePidFile(Path path, long pid) {
    FieldWriter fields =
        new FieldWriter().put(FieldTag.PATH, path.toString()).put(FieldTag.PID, pid);
    order(FrameType.WRITE_PID_FILE, fields, FILE, reply -> reply.optionalNumber(FieldTag.STATUS))
        .ifPresent(status -> {});
  }

  private interface Reader<T> {
    T read(Fields reply) throws WireException;
  }

  private <T> T order(FrameType type, FieldWriter fields, Duration limit, Reader<T> reader) {
    LOG.debug("launcher: {} {}", type, fields);
    log.orderBegins();
    try {
      Fields reply = peer.request(type, fields, limit);
      LOG.debug("launcher: {} {}", FrameType.REPLY, reply);
      OptionalLong status = reply.optionalNumber(FieldTag.STATUS);
      if (status.orElse(0) != 0) {
        throw new OrderException(
            reply.optionalText(FieldTag.TEXT).orElse(type + " failed"), (int) status.getAsLong());
      }
      return reader.read(reply);
    } catch (WireException e) {
      throw new OrderException(type + ": " + Cause.words(e), e);
    } finally {
      log.orderEnds();
    }
  }

  void close() {
    peer.close();
  }
}
