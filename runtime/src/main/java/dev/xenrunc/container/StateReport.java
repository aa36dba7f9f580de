// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.xenrunc.host.ProcessIdentity;
import java.util.Map;

/** A container as {@code state} and {@code list} print it, with runc's members. */
@JsonPropertyOrder({
  "ociVersion",
  "id",
  "pid",
  "status",
  "bundle",
  "rootfs",
  "created",
  "annotations",
  "owner"
})
public record StateReport(
    String ociVersion,
    String id,
    long pid,
    String status,
    String bundle,
    String rootfs,
    String created,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> annotations,
    String owner) {
  public static StateReport of(ContainerState state) {
    ContainerStatus status = state.status();
    long pid =
        status == ContainerStatus.STOPPED
            ? 0
            : state.monitor().map(ProcessIdentity::pid).orElse(0L);
    return new StateReport(
        state.given().ociVersion(),
        state.identity().id(),
        pid,
        status.word(),
        state.given().bundle(),
        state.given().rootfs(),
        state.identity().created(),
        state.given().annotations(),
        "");
  }

  /** The same with the user whose the container is, which only list tells. */
  StateReport ownedBy(String user) {
    return new StateReport(ociVersion, id, pid, status, bundle, rootfs, created, annotations, user);
  }
}
