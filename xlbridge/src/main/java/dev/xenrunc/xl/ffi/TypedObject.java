// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.ffi;

import jnr.ffi.Pointer;

/** A libxl object that was filled from a document, and what libxl kept of the document. */
public final class TypedObject implements AutoCloseable {
  private final LibxlContext context;
  private final LibxlType type;
  private final NativeObject object;

  TypedObject(LibxlContext context, LibxlType type, NativeObject object) {
    this.context = context;
    this.type = type;
    this.object = object;
  }

  /** The object as a document again: compare it with what was sent. */
  public String readBack() throws CallFailedException {
    return context.toJson(type, object);
  }

  Pointer address() {
    return object.address();
  }

  @Override
  public void close() {
    context.dispose(type, object);
  }
}
