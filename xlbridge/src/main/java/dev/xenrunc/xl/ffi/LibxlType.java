// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.ffi;

import jnr.ffi.Pointer;

/** A libxl type that we fill from a document. */
public enum LibxlType {
  DOMAIN_CONFIG("libxl_domain_config"),
  DEVICE_NIC("libxl_device_nic"),
  DEVICE_DISK("libxl_device_disk"),
  DOMAIN_SCHED_PARAMS("libxl_domain_sched_params");

  private final String cName;

  LibxlType(String cName) {
    this.cName = cName;
  }

  /** Its name in C. */
  public String cName() {
    return cName;
  }

  // NATIVE: the object is ours and at least as large as the type; libxl copies the text. Any thread
  // that has the context to itself.
  int fromJson(Libxl libxl, Pointer context, Pointer object, String json) {
    return switch (this) {
      case DOMAIN_CONFIG -> libxl.libxl_domain_config_from_json(context, object, json);
      case DEVICE_NIC -> libxl.libxl_device_nic_from_json(context, object, json);
      case DEVICE_DISK -> libxl.libxl_device_disk_from_json(context, object, json);
      case DOMAIN_SCHED_PARAMS -> libxl.libxl_domain_sched_params_from_json(context, object, json);
    };
  }

  // NATIVE: reads an initialised object; the text that is returned is ours to free.
  Pointer toJson(Libxl libxl, Pointer context, Pointer object) {
    return switch (this) {
      case DOMAIN_CONFIG -> libxl.libxl_domain_config_to_json(context, object);
      case DEVICE_NIC -> libxl.libxl_device_nic_to_json(context, object);
      case DEVICE_DISK -> libxl.libxl_device_disk_to_json(context, object);
      case DOMAIN_SCHED_PARAMS -> libxl.libxl_domain_sched_params_to_json(context, object);
    };
  }

  // NATIVE: frees what an initialised object points to, not the object, which stays ours.
  void dispose(Libxl libxl, Pointer object) {
    switch (this) {
      case DOMAIN_CONFIG -> libxl.libxl_domain_config_dispose(object);
      case DEVICE_NIC -> libxl.libxl_device_nic_dispose(object);
      case DEVICE_DISK -> libxl.libxl_device_disk_dispose(object);
      case DOMAIN_SCHED_PARAMS -> libxl.libxl_domain_sched_params_dispose(object);
    }
  }
}
