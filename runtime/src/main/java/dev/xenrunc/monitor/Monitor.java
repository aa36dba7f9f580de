// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.host.Signal;
import dev.xenrunc.oci.HooksSpec;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.wire.Message;
import dev.xenrunc.wire.Peer;
import dev.xenrunc.wire.Protocol;
import dev.xenrunc.wire.WireException;
import dev.xenrunc.xl.ChannelAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to one container's monitor. Requests to the guest's agent go through it. While it
 * stands, the monitor lives: its end is the monitor's.
 */
public final class Monitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
  private static final Duration SEND_LIMIT = Duration.ofSeconds(5);

  /** Told, on the connection's own thread, what happens to the container. Must not wait. */
  public interface Listener {
    /** The main process has exited. */
    void exited(int code);

    /** The container's OOM killer has ended so many of its processes by now. */
    void oom(long kills);

    /** Something of the container's network namespace has changed. */
    void networkChanged();

    /** The guest or the file server is gone. */
    void lost(String text);

    /** The connection has ended, as it does when the monitor exits. */
    void gone();
  }

  private final Peer peer;

  private Monitor(Peer peer) {
    this.peer = peer;
  }

  /** Connects to a monitor's socket. */
  public static Monitor connect(
      Path socket, ScheduledExecutorService timer, Listener listener, Deadline deadline) {
    LOG.debug("connect to the monitor at {}", socket);
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        Peer peer = Peer.over(channel, "monitor", timer);
        peer.greet(Optional.empty(), deadline.remaining());
        peer.listen(new Receiver(listener));
        return new Monitor(peer);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new MonitorException("connect to the monitor at " + socket, e);
    }
  }

  /** Has the monitor join the guest; returns when the agent has said hello. */
  public void join(ChannelAddress address, Deadline deadline) {
    FieldWriter fields = new FieldWriter();
    if (address instanceof ChannelAddress.Vchan vchan) {
      fields
          .put(FieldTag.DOMID, vchan.domid().value())
          .put(FieldTag.RING_REF, vchan.ringRef())
          .put(FieldTag.PORT, vchan.port());
    } else if (address instanceof ChannelAddress.Socket socket) {
      fields.put(FieldTag.SOCKET, String.valueOf(socket.path().getFileName()));
    }
    request(FrameType.CONNECT, fields, deadline);
  }

  /** Reads the container's network namespace. */
  public NetworkScan scanNetwork(Deadline deadline) {
    try {
      return NetworkScan.of(request(FrameType.SCAN_NET, new FieldWriter(), deadline));
    } catch (WireException | IllegalArgumentException e) {
      throw new MonitorException("read the container's network namespace", e);
    }
  }

  /** Has the guest made ready for processes. */
  public void prepare(Preparation container, Deadline deadline) {
    request(FrameType.PREPARE, PrepareRequest.of(container), deadline);
  }

  /** Tells a prepared guest what its network is now. */
  public void updateNetwork(NetworkSettings network, Deadline deadline) {
    request(FrameType.NETWORK, network.fields(), deadline);
  }

  /**
   * Runs the main process.
   *
   * @param relayed its terminal is relayed by the monitor
   * @param hooks run in the container before it
   * @param hookStdin what each of them reads
   */
  public void runMain(
      ProcessSpec process,
      boolean relayed,
      Confinement confinement,
      List<HooksSpec.Hook> hooks,
      String hookStdin,
      Deadline deadline) {
    request(
        FrameType.RUN, RunRequest.main(process, relayed, confinement, hooks, hookStdin), deadline);
  }

  /** Runs an exec'd process, whose session has this number. */
  public void run(
      int number,
      ProcessSpec process,
      boolean relayed,
      Confinement confinement,
      Deadline deadline) {
    request(FrameType.RUN, RunRequest.of(number, process, relayed, confinement), deadline);
  }

  /** Sets the limits of the container's cgroup. */
  public void update(ResourcesSpec resources, Deadline deadline) {
    FieldWriter fields = new FieldWriter();
    CgroupLimits.put(resources, fields);
    request(FrameType.UPDATE, fields, deadline);
  }

  /** Reads the figures of the container's cgroup. */
  public CgroupFigures stats(Deadline deadline) {
    try {
      return CgroupFigures.parse(request(FrameType.STATS, CgroupFigures.request(), deadline));
    } catch (WireException e) {
      throw new MonitorException(String.valueOf(e.getMessage()));
    }
  }

  /** Gives the guest the time and random bytes, which it lacks when it begins. */
  public void refresh(Deadline deadline) {
    request(FrameType.REFRESH, RefreshRequest.now(), deadline);
  }

  /** The same without waiting for the guest's answer. */
  public void postRefresh(Deadline deadline) {
    post(FrameType.REFRESH, RefreshRequest.now(), deadline);
  }

  /** Sends a signal to the main process, or to all of the container's. */
  public void signal(Signal signal, boolean all, Deadline deadline) {
    request(FrameType.SIGNAL, signalFields(Protocol.PROCESS_MAIN, signal, all), deadline);
  }

  /** The same without waiting for an answer, for a guest that cannot answer yet. */
  public void postSignal(Signal signal, boolean all, Deadline deadline) {
    post(FrameType.SIGNAL, signalFields(Protocol.PROCESS_MAIN, signal, all), deadline);
  }

  /** Sends a signal to an exec'd process. */
  public void signalProcess(int process, Signal signal, Deadline deadline) {
    request(FrameType.SIGNAL, signalFields(process, signal, false), deadline);
  }

  private static FieldWriter signalFields(int process, Signal signal, boolean all) {
    FieldWriter fields =
        new FieldWriter().put(FieldTag.PROCESS, process).put(FieldTag.SIGNAL, signal.number());
    if (all) {
      fields.put(FieldTag.ALL, true);
    }
    return fields;
  }

  /** Sends a request and waits until it is done. */
  private Fields request(FrameType type, FieldWriter fields, Deadline deadline) {
    LOG.debug("monitor: {} {}", type, fields);
    try {
      Fields reply = peer.request(type, fields, deadline.remaining());
      LOG.debug("monitor: {} {}", FrameType.REPLY, reply);
      int status = (int) reply.number(FieldTag.STATUS);
      if (status != 0) {
        throw new AgentException(
            reply.optionalText(FieldTag.TEXT).orElse(type + " failed with errno " + status),
            status);
      }
      return reply;
    } catch (WireException e) {
      throw new MonitorException(type + " request", e);
    }
  }

  /** Sends a request and does not wait for what becomes of it. */
  private void post(FrameType type, FieldWriter fields, Deadline deadline) {
    LOG.debug("monitor: {} {}", type, fields);
    try {
      peer.post(type, fields, deadline.remaining());
    } catch (WireException e) {
      throw new MonitorException(type + " request", e);
    }
  }

  /** Has the monitor end everything and exit with this code. Its exit is the answer. */
  public void stop(int code, String reason) {
    FieldWriter fields = new FieldWriter().put(FieldTag.CODE, code).put(FieldTag.TEXT, reason);
    LOG.debug("monitor: {} {}", FrameType.STOP, fields);
    try {
      peer.request(FrameType.STOP, fields, SEND_LIMIT);
    } catch (WireException e) {
      // The connection's end is what a stopped monitor leaves; the caller looks at its process.
      return;
    }
  }

  @Override
  public void close() {
    peer.close();
  }

  private record Receiver(Listener listener) implements Peer.Listener {
    @Override
    public void received(Message message) throws WireException {
      Fields fields = message.fields();
      if (message.type() == FrameType.EXITED) {
        long process = fields.number(FieldTag.PROCESS);
        long code = fields.number(FieldTag.CODE);
        if (process != Protocol.PROCESS_MAIN || code > 255) {
          throw new WireException("the monitor sent EXITED of process " + process + ", " + code);
        }
        listener.exited((int) code);
      } else if (message.type() == FrameType.OOM) {
        listener.oom(fields.number(FieldTag.OOM_KILLS));
      } else if (message.type() == FrameType.NETWORK_CHANGED) {
        listener.networkChanged();
      } else if (message.type() == FrameType.LOST) {
        listener.lost(fields.optionalText(FieldTag.TEXT).orElse("no reason given"));
      } else {
        throw new WireException("the monitor sent " + message.type());
      }
    }

    @Override
    public void closed(WireException why) {
      listener.gone();
    }
  }
}
