// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.store;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * xenstore: small texts by path, some of them written by guests.
 *
 * <p>Speaks to xenstored itself, without libxenstore, whose calls never return while xenstored
 * hangs. Connects when first used, and again after xenstored closed the connection. Methods may be
 * called by several threads at once.
 */
public final class XenStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(XenStore.class);
  private static final Duration UNWATCH_WAIT = Duration.ofSeconds(5);

  /** xenstored's own limit for values that a guest writes. */
  private static final int MAX_VALUE = 2048;

  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,9}");
  private static final long MAX_U32 = 0xffff_ffffL;

  private final Path socket;
  private final AtomicLong lastToken = new AtomicLong();
  private @Nullable StoreConnection connection;

  /** Makes the client of the xenstored that listens on a Unix socket; does not connect yet. */
  public XenStore(Path socket) {
    this.socket = socket;
  }

  /**
   * The text at a path; empty if there is none. Throws {@link StoreException} for one that is over
   * 2048 bytes, not UTF-8, or has control characters.
   */
  public Optional<String> read(String path, Deadline deadline) {
    String what = "xenstore read " + path;
    StoreMessage answer = connection().ask(what, StoreMessage.READ, texts(path), deadline);
    if (isError(answer, "ENOENT")) {
      return Optional.empty();
    }
    return Optional.of(decode(what, succeeded(what, answer).payload()));
  }

  /** The number at a path; empty if there is none. Throws if it is not a u32 in decimal digits. */
  public OptionalLong readNumber(String path, Deadline deadline) {
    Optional<String> text = read(path, deadline);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!NUMBER.matcher(text.get()).matches() || Long.parseLong(text.get()) > MAX_U32) {
      throw new StoreException("xenstore read " + path + ": not a number");
    }
    return OptionalLong.of(Long.parseLong(text.get()));
  }

  public void write(String path, String value, Deadline deadline) {
    String what = "xenstore write " + path;
    // The value has no end mark.
    ByteBuffer payload = StandardCharsets.UTF_8.encode(path + "\0" + value);
    succeeded(what, connection().ask(what, StoreMessage.WRITE, payload, deadline));
  }

  /** Removes what is at and below a path, if anything. */
  public void remove(String path, Deadline deadline) {
    String what = "xenstore remove " + path;
    StoreMessage answer = connection().ask(what, StoreMessage.REMOVE, texts(path), deadline);
    if (!isError(answer, "ENOENT")) {
      succeeded(what, answer);
    }
  }

  /**
   * Has those who watch a path look at it, by giving it the permissions that it has. What is not
   * there stays so.
   */
  public void touch(String path, Deadline deadline) {
    String what = "xenstore touch " + path;
    StoreMessage permissions =
        connection().ask(what, StoreMessage.GET_PERMS, texts(path), deadline);
    if (isError(permissions, "ENOENT")) {
      return;
    }
    ByteBuffer same = succeeded(what, permissions).payload();
    ByteBuffer name = texts(path);
    ByteBuffer payload = ByteBuffer.allocate(name.remaining() + same.remaining());
    payload.put(name).put(same.duplicate()).flip();
    StoreMessage answer = connection().ask(what, StoreMessage.SET_PERMS, payload, deadline);
    if (!isError(answer, "ENOENT")) {
      succeeded(what, answer);
    }
  }

  /** Watches paths, or {@code @releaseDomain}, which tells that a domain shut down or is gone. */
  public StoreWatch watch(List<String> paths, Deadline deadline) {
    StoreConnection watched = connection();
    Semaphore events = new Semaphore(0);
    List<Registration> registrations = new ArrayList<>();
    StoreWatch watch =
        new StoreWatch(events, watched::isBroken, () -> unwatch(watched, registrations));
    try {
      for (String path : paths) {
        Registration registration = new Registration(path, "w" + lastToken.incrementAndGet());
        registrations.add(registration);
        watched.listen(registration.token(), events::release);
        String what = "xenstore watch " + path;
        ByteBuffer payload = texts(path, registration.token());
        succeeded(what, watched.ask(what, StoreMessage.WATCH, payload, deadline));
      }
      return watch;
    } catch (StoreException | DeadlineExceededException e) {
      watch.close();
      throw e;
    }
  }

  private static void unwatch(StoreConnection watched, List<Registration> registrations) {
    for (Registration registration : registrations) {
      watched.forget(registration.token());
      if (watched.isBroken()) {
        continue;
      }
      String what = "xenstore unwatch " + registration.path();
      ByteBuffer payload = texts(registration.path(), registration.token());
      try {
        watched.ask(what, StoreMessage.UNWATCH, payload, Deadline.after(UNWATCH_WAIT));
      } catch (StoreException | DeadlineExceededException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }

  @Override
  public synchronized void close() {
    if (connection != null) {
      connection.close();
    }
  }

  private synchronized StoreConnection connection() {
    StoreConnection open = connection;
    if (open == null || open.isBroken()) {
      open = StoreConnection.open(socket);
      connection = open;
    }
    return open;
  }

  private static StoreMessage succeeded(String what, StoreMessage answer) {
    if (answer.type() == StoreMessage.ERROR) {
      throw new StoreException(what + ": " + errorName(answer));
    }
    return answer;
  }

  private static boolean isError(StoreMessage answer, String name) {
    return answer.type() == StoreMessage.ERROR && errorName(answer).equals(name);
  }

  private static String errorName(StoreMessage answer) {
    return answer.texts().get(0);
  }

  private static String decode(String what, ByteBuffer bytes) {
    if (bytes.remaining() > MAX_VALUE) {
      throw new StoreException(what + ": " + bytes.remaining() + " bytes");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw new StoreException(what + ": has control characters");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new StoreException(what + ": not UTF-8", e);
    }
  }

  /** Texts as xenstored takes them, each with a NUL behind it. */
  private static ByteBuffer texts(String... texts) {
    return StandardCharsets.UTF_8.encode(String.join("\0", texts) + "\0");
  }

  /** One path of a watch and the name of its events. */
  private record Registration(String path, String token) {}
}
