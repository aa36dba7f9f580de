// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.ffi;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Memory for one libxl object whose layout we do not know.
 *
 * <p>The largest known object has 1368 bytes. The second half is a guard: if libxl has ever written
 * there, objects have outgrown what we give them, and nothing in this JVM can be trusted any more.
 */
final class NativeObject {
  static final int ROOM = 32 * 1024;
  private static final byte GUARD = (byte) 0xa5;

  private final Pointer memory;

  NativeObject(Runtime runtime) {
    memory = Memory.allocateDirect(runtime, 2L * ROOM, true);
    memory.setMemory(ROOM, ROOM, GUARD);
  }

  Pointer address() {
    return memory;
  }

  /** Throws if libxl has written past the room. */
  void checkGuard() {
    byte[] guard = new byte[ROOM];
    memory.get(ROOM, guard, 0, ROOM);
    for (byte b : guard) {
      if (b != GUARD) {
        throw new LinkageError("a libxl object is larger than " + ROOM + " bytes");
      }
    }
  }
}
