// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.ffi;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.LongLongByReference;
import jnr.ffi.byref.PointerByReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@code libxl_ctx} with its log: connections to the hypervisor and to xenstored.
 *
 * <p>For one thread at a time. Its calls return when they are done, and that is never if xenstored
 * hangs.
 */
public final class LibxlContext implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LibxlContext.class);
  private static final int LIBXL_VERSION = 0;
  private static final int ERROR_NOMEM = -5;
  private static final int ERROR_DOMAIN_NOTFOUND = -21;
  private static final int XTL_INFO = 5;
  private static final int XTL_STDIOSTREAM_SHOW_DATE = 2;
  private static final int XTL_STDIOSTREAM_HIDE_PROGRESS = 4;

  /** {@code sizeof(libxl_vminfo)}: a uuid of 16 bytes, then the domid. */
  private static final int VMINFO_SIZE = 20;

  private static final int VMINFO_DOMID = 16;

  /** More than any document of libxl's has. */
  private static final int MAX_TEXT = 1 << 20;

  private final Libxl libxl;
  private final Runtime runtime;
  private final Path log;
  private final Pointer logFile;
  private final Pointer logger;
  private final Pointer context;

  private LibxlContext(
      Libxl libxl, Runtime runtime, Path log, Pointer logFile, Pointer logger, Pointer context) {
    this.libxl = libxl;
    this.runtime = runtime;
    this.log = log;
    this.logFile = logFile;
    this.logger = logger;
    this.context = context;
  }

  static LibxlContext open(Libxl libxl, Runtime runtime, Pointer hooks, Path log)
      throws CallFailedException {
    // NATIVE: both are ours to end, after the context that uses them.
    Pointer file = libxl.fopen(log.toString(), "ae");
    if (file == null) {
      throw new CallFailedException("fopen " + log, ERROR_NOMEM);
    }
    Pointer logger =
        libxl.xtl_createlogger_stdiostream(
            file, XTL_INFO, XTL_STDIOSTREAM_SHOW_DATE | XTL_STDIOSTREAM_HIDE_PROGRESS);
    PointerByReference context = new PointerByReference();
    // NATIVE: frees what it made if it fails.
    int code = libxl.libxl_ctx_alloc(context, LIBXL_VERSION, 0, logger);
    if (code != 0) {
      libxl.xtl_logger_destroy(logger);
      libxl.fclose(file);
      throw new CallFailedException("libxl_ctx_alloc", code);
    }
    // NATIVE: keeps the address of the hooks, which live as long as the library.
    libxl.libxl_childproc_setmode(context.getValue(), hooks, null);
    return new LibxlContext(libxl, runtime, log, file, logger, context.getValue());
  }

  /** Where it says why a call failed. */
  public Path log() {
    return log;
  }

  /** Fills an object from a document, which must have no NUL: C would read it to there. */
  public TypedObject parse(LibxlType type, String json) throws CallFailedException {
    LOG.debug("{} {}", type.cName(), json);
    NativeObject object = new NativeObject(runtime);
    int code = type.fromJson(libxl, context, object.address(), json);
    object.checkGuard();
    if (code != 0) {
      type.dispose(libxl, object.address());
      throw new CallFailedException(type.cName() + "_from_json", code);
    }
    return new TypedObject(this, type, object);
  }

  String toJson(LibxlType type, NativeObject object) throws CallFailedException {
    return take(type.cName() + "_to_json", type.toJson(libxl, context, object.address()));
  }

  void dispose(LibxlType type, NativeObject object) {
    type.dispose(libxl, object.address());
  }

  /** Builds the domain and returns its domid. */
  public int createPaused(TypedObject config) throws CallFailedException {
    IntByReference domid = new IntByReference(-1);
    // NATIVE: fills in defaults in the object, which stays ours. A domain that fails is destroyed.
    int code = libxl.libxl_domain_create_new(context, config.address(), domid, null, null);
    check("libxl_domain_create_new", code, domid.getValue());
    return domid.getValue();
  }

  public void unpause(int domid) throws CallFailedException {
    // NATIVE: takes nothing of ours.
    check("libxl_domain_unpause", libxl.libxl_domain_unpause(context, domid, null), domid);
  }

  public void pause(int domid) throws CallFailedException {
    // NATIVE: takes nothing of ours.
    check("libxl_domain_pause", libxl.libxl_domain_pause(context, domid, null), domid);
  }

  public void destroy(int domid) throws CallFailedException {
    // NATIVE: takes nothing of ours. Forks; needs libxl's SIGCHLD handler in place.
    check("libxl_domain_destroy", libxl.libxl_domain_destroy(context, domid, null), domid);
  }

  /** The {@code libxl_dominfo} as a document; empty if no domain has this domid. */
  public Optional<String> info(int domid) throws CallFailedException {
    NativeObject info = new NativeObject(runtime);
    // NATIVE: the object is ours and larger than the type.
    libxl.libxl_dominfo_init(info.address());
    try {
      int code = libxl.libxl_domain_info(context, info.address(), domid);
      info.checkGuard();
      if (code == ERROR_DOMAIN_NOTFOUND) {
        return Optional.empty();
      }
      check("libxl_domain_info", code, domid);
      // NATIVE: the text is ours to free.
      return Optional.of(
          take("libxl_dominfo_to_json", libxl.libxl_dominfo_to_json(context, info.address())));
    } finally {
      // NATIVE: frees what the object points to.
      libxl.libxl_dominfo_dispose(info.address());
    }
  }

  /** All domains, dom0 too. */
  public List<VmId> list() throws CallFailedException {
    IntByReference count = new IntByReference();
    // NATIVE: the list is ours, to be freed by its own function.
    Pointer list = libxl.libxl_list_vm(context, count);
    if (list == null) {
      throw new CallFailedException("libxl_list_vm", ERROR_NOMEM);
    }
    List<VmId> domains = new ArrayList<>();
    for (int i = 0; i < count.getValue(); i++) {
      domains.add(vmId(list, (long) i * VMINFO_SIZE));
    }
    libxl.libxl_vminfo_list_free(list, count.getValue());
    return domains;
  }

  private static VmId vmId(Pointer list, long offset) {
    long high = Long.reverseBytes(list.getLong(offset));
    long low = Long.reverseBytes(list.getLong(offset + Long.BYTES));
    return new VmId(list.getInt(offset + VMINFO_DOMID), new UUID(high, low));
  }

  public void addNic(int domid, TypedObject nic) throws CallFailedException {
    // NATIVE: reads and completes the object, which stays ours. Forks the vif's script.
    int code = libxl.libxl_device_nic_add(context, domid, nic.address(), null);
    check("libxl_device_nic_add", code, domid);
  }

  public void removeNic(int domid, TypedObject nic) throws CallFailedException {
    // NATIVE: reads the object, which stays ours. Forks the vif's script.
    int code = libxl.libxl_device_nic_remove(context, domid, nic.address(), null);
    check("libxl_device_nic_remove", code, domid);
  }

  /** Has the guest's balloon driver come to this, in KiB, and lets it have no more. */
  public void setMemory(int domid, long kib) throws CallFailedException {
    // NATIVE: takes nothing of ours.
    int code = libxl.libxl_set_memory_target(context, domid, kib, 0, 1);
    check("libxl_set_memory_target", code, domid, kib);
  }

  /** Has the guest bring these vcpus online and take all others offline. */
  public void setVcpusOnline(int domid, List<Integer> vcpus) throws CallFailedException {
    NativeBitmap online = NativeBitmap.of(runtime, vcpus);
    // NATIVE: reads the bitmap, which stays ours.
    int code = libxl.libxl_set_vcpuonline(context, domid, online.address(), null);
    check("libxl_set_vcpuonline", code, domid, vcpus);
  }

  /** Has the first so many vcpus run on these processors only. */
  public void setProcessors(int domid, int vcpus, List<Integer> processors)
      throws CallFailedException {
    NativeBitmap hard = NativeBitmap.of(runtime, processors);
    // NATIVE: reads the bitmap, which stays ours.
    int code = libxl.libxl_set_vcpuaffinity_all(context, domid, vcpus, hard.address(), null);
    check("libxl_set_vcpuaffinity_all", code, domid, processors);
  }

  /** Weight and cap. */
  public void setShare(int domid, TypedObject params) throws CallFailedException {
    // NATIVE: reads the object, which stays ours.
    int code = libxl.libxl_domain_sched_params_set(context, domid, params.address());
    check("libxl_domain_sched_params_set", code, domid);
  }

  /** Memory that a domain of this configuration takes, in KiB. */
  public long neededMemory(TypedObject config) throws CallFailedException {
    LongLongByReference kib = new LongLongByReference();
    // NATIVE: fills in defaults in the object, which stays ours. No domid is known: -1.
    int code = libxl.libxl_domain_need_memory(context, config.address(), -1, kib);
    check("libxl_domain_need_memory", code);
    return kib.getValue();
  }

  /** Memory that nobody uses, in KiB. */
  public long freeMemory() throws CallFailedException {
    LongLongByReference kib = new LongLongByReference();
    // NATIVE: takes nothing of ours.
    check("libxl_get_free_memory", libxl.libxl_get_free_memory(context, kib));
    return kib.getValue();
  }

  @Override
  public void close() {
    // NATIVE: the context first, for it logs while it ends.
    libxl.libxl_ctx_free(context);
    libxl.xtl_logger_destroy(logger);
    libxl.fclose(logFile);
  }

  private String take(String call, Pointer text) throws CallFailedException {
    if (text == null) {
      throw new CallFailedException(call, ERROR_NOMEM);
    }
    String copy = text.getString(0, MAX_TEXT, StandardCharsets.UTF_8);
    // NATIVE: malloc'ed by libxl for us.
    libxl.free(text);
    return copy;
  }

  /** What came of a call on something, as a domid or an amount. */
  private static void check(String call, int code, Object... operands) throws CallFailedException {
    LOG.debug("{} {} = {}", call, operands, code);
    if (code < 0) {
      throw new CallFailedException(call, code);
    }
  }
}
