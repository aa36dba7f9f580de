// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl.ffi;

import java.util.UUID;

/** A domid and whose it was when libxl looked ({@code libxl_vminfo}). */
public record VmId(int domid, UUID uuid) {}
