// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.xl.HostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class CauseTest {
  @Test
  void innermostCauseIsSaidLast() {
    IOException refused = new IOException("Connection refused");
    IOException connect = new IOException("connect to \"/run/s\"", refused);

    assertEquals(
        "read it: connect to \"/run/s\": Connection refused",
        Cause.words(new UncheckedIOException("read it", connect)));
  }

  @Test
  void whatWasSaidAlreadyIsNotSaidAgain() {
    IOException refused = new IOException("Connection refused");

    assertEquals(
        "connect: Connection refused",
        Cause.words(new IOException("connect: Connection refused", refused)));
  }

  @Test
  void anExceptionWithoutWordsHasItsName() {
    assertEquals(
        "send: ClosedChannelException",
        Cause.words(new IOException("send", new ClosedChannelException())));
  }

  @Test
  void aFilesNameAloneIsNoReason() {
    assertEquals(
        "open: AccessDeniedException /k",
        Cause.words(new IOException("open", new AccessDeniedException("/k"))));
    assertEquals(
        "open: /k: Too many open files",
        Cause.words(
            new IOException("open", new FileSystemException("/k", null, "Too many open files"))));
  }

  @Test
  void ourOwnSayWhatIsWorthSaying() {
    HostException ours = new HostException("no Xen here", new IOException("x"));

    assertEquals("no Xen here", Cause.words(new CompletionException(ours)));
  }

  @Test
  void aChainThatLeadsBackEnds() {
    IOException first = new IOException("first");
    first.initCause(new IOException("second", first));

    assertTrue(Cause.words(first).startsWith("first: second"));
  }
}
