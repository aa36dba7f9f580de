// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.engine;

import dev.xenrunc.oci.SeccompSpec;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import org.jspecify.annotations.Nullable;

/** The payload of COMPILE_SECCOMP: a profile that was found valid. */
final class SeccompOrder {
  /** What the kernel keeps of a return code; runc cuts it to the same. */
  private static final long ERRNO_MASK = 0xffff;

  private SeccompOrder() {}

  static FieldWriter of(SeccompSpec seccomp) {
    FieldWriter order = new FieldWriter();
    putAction(seccomp.defaultAction(), seccomp.defaultErrnoRet(), order);
    order.putAll(FieldTag.ARCHITECTURE, seccomp.architectures());
    for (SeccompSpec.Syscall call : seccomp.syscalls()) {
      FieldWriter rule = new FieldWriter().putAll(FieldTag.NAME, call.names());
      putAction(call.action(), call.errnoRet(), rule);
      for (SeccompSpec.Arg arg : call.args()) {
        rule.put(
            FieldTag.CONDITION,
            new FieldWriter()
                .put(FieldTag.INDEX, arg.index())
                .put(FieldTag.OPERATOR, arg.op())
                .put(FieldTag.DATUM, arg.value().longValue())
                .put(FieldTag.DATUM_TWO, arg.valueTwo().longValue()));
      }
      order.put(FieldTag.RULE, rule);
    }
    return order;
  }

  private static void putAction(String action, @Nullable Long code, FieldWriter fields) {
    fields.put(FieldTag.ACTION, action);
    if (code != null) {
      fields.put(FieldTag.ERRNO, code & ERRNO_MASK);
    }
  }
}
