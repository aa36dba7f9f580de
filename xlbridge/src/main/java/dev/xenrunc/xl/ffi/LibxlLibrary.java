// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.ffi;

import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A loaded libxenlight, ready to make contexts in this JVM. */
public final class LibxlLibrary {
  /**
   * {@code libxl_sigchld_owner_libxl_always_selective_reap}: libxl waits for its own children only.
   * Any other owner either takes the exit codes of Java's children or wants to be told of SIGCHLD.
   */
  static final int SELECTIVE_REAP = 3;

  /** {@code sizeof(libxl_childproc_hooks)}: the owner and two functions that stay null. */
  static final int HOOKS_SIZE = 24;

  private final Libxl libxl;
  private final Runtime runtime;

  /** Must live as long as any context: libxl keeps the address. */
  private final Pointer hooks;

  private LibxlLibrary(Libxl libxl) {
    this.libxl = libxl;
    this.runtime = Runtime.getRuntime(libxl);
    this.hooks = Memory.allocateDirect(runtime, HOOKS_SIZE, true);
    hooks.putInt(0, SELECTIVE_REAP);
  }

  /** Loads the library; throws {@link UnsatisfiedLinkError} if it lacks a function that we call. */
  public static LibxlLibrary load(Path file) {
    settleSigchld();
    // libxentoollog and libc come with it: dlsym also looks in what a library is linked with.
    return new LibxlLibrary(
        LibraryLoader.create(Libxl.class).failImmediately().load(file.toString()));
  }

  /**
   * The JDK sets SIGCHLD to its default once, when it first starts a process. After
   * libxl_childproc_setmode that would take libxl's handler away for good, and every destroy would
   * wait for ever; so it happens now.
   */
  private static void settleSigchld() {
    try {
      Class.forName("java.lang.ProcessImpl", true, null);
    } catch (ClassNotFoundException e) {
      throw new LinkageError("this JDK starts processes in an unknown way", e);
    }
  }

  /** Makes a context that logs to the end of a file. */
  public LibxlContext open(Path log) throws CallFailedException {
    return LibxlContext.open(libxl, runtime, hooks, log);
  }
}
