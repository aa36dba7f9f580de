// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.ffi;

import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A {@code libxl_bitmap} of ours: libxl reads it and keeps nothing. */
final class NativeBitmap {
  /** {@code sizeof(libxl_bitmap)}: the number of bytes, then where they are. */
  static final int BITMAP_SIZE = 16;

  static final int BITMAP_MAP = 8;

  private final Pointer struct;

  /** Held for as long as the structure that points to it. */
  private final Pointer map;

  private NativeBitmap(Pointer struct, Pointer map) {
    this.struct = struct;
    this.map = map;
  }

  /** With these bits set, of which there is at least one. */
  static NativeBitmap of(Runtime runtime, List<Integer> bits) {
    int bytes = bits.stream().mapToInt(bit -> bit / Byte.SIZE + 1).max().orElse(1);
    Pointer map = Memory.allocateDirect(runtime, bytes, true);
    for (int bit : bits) {
      int at = bit / Byte.SIZE;
      map.putByte(at, (byte) (map.getByte(at) | 1 << bit % Byte.SIZE));
    }
    Pointer struct = Memory.allocateDirect(runtime, BITMAP_SIZE, true);
    struct.putInt(0, bytes);
    struct.putPointer(BITMAP_MAP, map);
    return new NativeBitmap(struct, map);
  }

  Pointer address() {
    return struct;
  }

  @Override
  public String toString() {
    return "libxl_bitmap at " + map;
  }
}
