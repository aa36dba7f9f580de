// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;

/** What hooks are told on their stdin (runtime-spec runtime.md, state). */
@JsonPropertyOrder({"ociVersion", "id", "status", "pid", "bundle", "annotations"})
public record StateDocument(
    String ociVersion,
    String id,
    String status,
    long pid,
    String bundle,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> annotations) {}
