/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_TEXTS_H
#define XEN_RUNC_LAUNCHER_TEXTS_H

/* What --version prints. */
extern const char text_version[];
/* The answer to `features`: features.json as it is, which ends where text_features_end begins. */
extern const char text_features[], text_features_end[];
/* The config.json that `spec` writes: spec.json, in the same way. */
extern const char text_spec[], text_spec_end[];

#endif
