// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.ffi;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Encoding;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.LongLongByReference;
import jnr.ffi.byref.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libxenlight, and of the libraries that it is linked with, under their C names.
 *
 * <p>The signatures are those of Xen 4.17's libxl.h, the same in 4.20; src/test/c/probe.c holds
 * them against the header. An {@code asyncop_how} is always null: each call returns when done.
 */
@Encoding("UTF-8")
public interface Libxl {
  // Contexts. The logger must outlive its context.
  int libxl_ctx_alloc(@Out PointerByReference context, int version, int flags, Pointer logger);

  int libxl_ctx_free(Pointer context);

  void libxl_childproc_setmode(Pointer context, Pointer hooks, @Nullable Pointer user);

  // Documents. from_json initialises the object whatever it holds; dispose frees what it points to.
  int libxl_domain_config_from_json(Pointer context, Pointer object, @In String json);

  Pointer libxl_domain_config_to_json(Pointer context, Pointer object);

  void libxl_domain_config_dispose(Pointer object);

  int libxl_device_nic_from_json(Pointer context, Pointer object, @In String json);

  Pointer libxl_device_nic_to_json(Pointer context, Pointer object);

  void libxl_device_nic_dispose(Pointer object);

  int libxl_device_disk_from_json(Pointer context, Pointer object, @In String json);

  Pointer libxl_device_disk_to_json(Pointer context, Pointer object);

  void libxl_device_disk_dispose(Pointer object);

  int libxl_domain_sched_params_from_json(Pointer context, Pointer object, @In String json);

  Pointer libxl_domain_sched_params_to_json(Pointer context, Pointer object);

  void libxl_domain_sched_params_dispose(Pointer object);

  void libxl_dominfo_init(Pointer object);

  Pointer libxl_dominfo_to_json(Pointer context, Pointer object);

  void libxl_dominfo_dispose(Pointer object);

  // Domains.
  int libxl_domain_create_new(
      Pointer context,
      Pointer config,
      @Out IntByReference domid,
      @Nullable Pointer how,
      @Nullable Pointer progress);

  int libxl_domain_unpause(Pointer context, int domid, @Nullable Pointer how);

  int libxl_domain_pause(Pointer context, int domid, @Nullable Pointer how);

  int libxl_domain_destroy(Pointer context, int domid, @Nullable Pointer how);

  int libxl_domain_info(Pointer context, Pointer info, int domid);

  @Nullable Pointer libxl_list_vm(Pointer context, @Out IntByReference count);

  void libxl_vminfo_list_free(Pointer list, int count);

  // Sizes.
  int libxl_set_memory_target(Pointer context, int domid, long kib, int relative, int enforce);

  int libxl_set_vcpuonline(Pointer context, int domid, Pointer vcpus, @Nullable Pointer how);

  int libxl_set_vcpuaffinity_all(
      Pointer context, int domid, int vcpus, Pointer hard, @Nullable Pointer soft);

  int libxl_domain_sched_params_set(Pointer context, int domid, Pointer params);

  // Devices.
  int libxl_device_nic_add(Pointer context, int domid, Pointer nic, @Nullable Pointer how);

  int libxl_device_nic_remove(Pointer context, int domid, Pointer nic, @Nullable Pointer how);

  // Memory.
  int libxl_domain_need_memory(
      Pointer context, Pointer config, int domidForLog, @Out LongLongByReference kib);

  int libxl_get_free_memory(Pointer context, @Out LongLongByReference kib);

  // libxentoollog
  Pointer xtl_createlogger_stdiostream(Pointer file, int minLevel, int flags);

  void xtl_logger_destroy(Pointer logger);

  // libc
  @Nullable Pointer fopen(@In String path, @In String mode);

  int fclose(Pointer file);

  void free(Pointer memory);
}
