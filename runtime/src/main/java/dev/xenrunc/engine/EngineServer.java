// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.engine;

import dev.xenrunc.diagnosis.CallerLog;
import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.wire.Peer;
import dev.xenrunc.wire.WireException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Listens for launchers and has their verbs run, one thread each, until it is idle or outdated. */
public final class EngineServer {
  private static final Logger LOG = LoggerFactory.getLogger(EngineServer.class);
  private static final int BACKLOG = 128;
  private static final int VERBS_MAX = 256;
  private static final Duration VERB_ENDS = Duration.ofSeconds(30);
  private static final Duration LEAVE_LIMIT = Duration.ofMinutes(10);

  private final Settings settings;
  private final Verbs verbs;
  private final ExecutorService executor;
  private final ScheduledExecutorService timer;
  private final ServerSocketChannel listener;
  private final UserPrincipal root;
  private final Semaphore running = new Semaphore(VERBS_MAX);
  private final AtomicLong lastUsed = new AtomicLong(System.nanoTime());

  /**
   * What the server is told.
   *
   * @param build launchers of another build have this engine leave
   * @param idle how long it stays without a container
   */
  public record Settings(Path socket, String build, Duration idle) {}

  /** Binds the socket: from here on launchers can connect. */
  public EngineServer(
      Settings settings, Verbs verbs, ExecutorService executor, ScheduledExecutorService timer)
      throws IOException {
    this.settings = settings;
    this.verbs = verbs;
    this.executor = executor;
    this.timer = timer;
    root = FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("root");
    Files.deleteIfExists(settings.socket());
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(settings.socket()), BACKLOG);
    Files.setPosixFilePermissions(settings.socket(), PosixFilePermissions.fromString("rw-------"));
  }

  /** Serves until it is time to leave; verbs may still run when it returns. */
  public void serve() {
    long period = Math.max(settings.idle().toMillis() / 10, 100);
    var idleCheck =
        timer.scheduleWithFixedDelay(this::leaveIfIdle, period, period, TimeUnit.MILLISECONDS);
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        lastUsed.set(System.nanoTime());
        accept(channel);
      }
    } catch (ClosedChannelException e) {
      LOG.info("leaving");
    } catch (IOException e) {
      LOG.error("accept: {}", e.getMessage());
    } finally {
      idleCheck.cancel(false);
      leave();
    }
  }

  /** Waits for the verbs that were under way when {@link #serve} returned. */
  public void awaitVerbs() {
    try {
      if (!running.tryAcquire(VERBS_MAX, LEAVE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("verbs are still running after {}", LEAVE_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(SocketChannel channel) throws IOException {
    try {
      UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
      if (!peer.user().equals(root)) {
        LOG.warn("refused a connection of {}", peer.user().getName());
        channel.close();
        return;
      }
      // Whoever comes meanwhile waits in the socket's backlog.
      if (!running.tryAcquire(VERB_ENDS.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("refused a launcher: {} verbs are running, and none ends", VERBS_MAX);
        channel.close();
        return;
      }
      executor.execute(() -> serveReleasing(channel));
    } catch (RejectedExecutionException e) {
      running.release();
      channel.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      channel.close();
    }
  }

  private void serveReleasing(SocketChannel channel) {
    LauncherConnection launcher = new LauncherConnection(Peer.over(channel, "launcher", timer));
    try {
      serve(launcher);
    } catch (WireException e) {
      LOG.warn("launcher: {}", e.getMessage());
    } finally {
      launcher.close();
      running.release();
      lastUsed.set(System.nanoTime());
      MDC.clear();
    }
  }

  private void serve(LauncherConnection launcher) throws WireException {
    String build = launcher.greet(settings.build());
    if (!build.equals(settings.build())) {
      LOG.info("a launcher of another build ({}) has come", build);
      launcher.refuse();
      leave();
      return;
    }
    VerbCall call = launcher.call();
    MDC.put("verb", call.verb());
    VerbResult result = run(call, launcher);
    try {
      launcher.finish(result);
    } catch (WireException e) {
      result.undo().ifPresent(Runnable::run);
      throw e;
    }
  }

  private VerbResult run(VerbCall call, LauncherConnection launcher) {
    if (!call.debug()) {
      return verbs.run(call, launcher);
    }
    CallerLog log = CallerLog.open(launcher.log()::add);
    try {
      return verbs.run(call, launcher);
    } finally {
      log.close();
    }
  }

  private void leaveIfIdle() {
    try {
      if (running.availablePermits() < VERBS_MAX || !verbs.isIdle()) {
        lastUsed.set(System.nanoTime());
      } else if (System.nanoTime() - lastUsed.get() > settings.idle().toNanos()) {
        leave();
      }
    } catch (RuntimeException e) {
      LOG.warn("is anything left to do: {}", Cause.words(e));
    }
  }

  /** Accepts no more; a launcher that finds nobody starts another engine. */
  private void leave() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.warn("close the socket: {}", e.getMessage());
    }
  }
}
