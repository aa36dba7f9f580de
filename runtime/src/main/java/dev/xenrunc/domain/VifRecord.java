// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of one of a domain's vifs. It is written before the vif is plugged in and before
 * it is unplugged: one that is not plugged may be there half.
 *
 * @param mac of the link of the container's network namespace that it stands for
 * @param link that link's name when it was plugged in
 * @param index the kernel's number of that link; 0 if it is not known
 * @param addresses of that link, as its wall knows them; absent if it has no wall
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VifRecord(
    int number,
    String mac,
    String link,
    int index,
    @Nullable List<String> addresses,
    boolean plugged) {
  public VifRecord {
    addresses = addresses == null ? null : List.copyOf(addresses);
  }

  /** One that an engine plugged in which recorded nothing but this. */
  static VifRecord of(int number, String mac) {
    return new VifRecord(number, mac, "", 0, null, true);
  }

  /** The same when it is about to be unplugged. */
  VifRecord letGo() {
    return new VifRecord(number, mac, link, index, addresses, false);
  }

  VifRecord pluggedIn() {
    return new VifRecord(number, mac, link, index, addresses, true);
  }
}
