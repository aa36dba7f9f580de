// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.Domid;
import dev.xenrunc.xl.Size;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a domain records of it.
 *
 * @param domid only a hint until it is compared with the uuid; absent until it is built
 * @param size as it was last asked for
 * @param links MAC of each link that the guest has a vif for; absent until the guest is prepared
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DomainRecord(
    UUID uuid, @Nullable Integer domid, @Nullable Size size, @Nullable List<String> links) {
  public DomainRecord {
    links = links == null ? null : List.copyOf(links);
  }

  /** A domain that is planned. */
  public static DomainRecord planned(UUID uuid, Size size) {
    return new DomainRecord(uuid, null, size, null);
  }

  DomainRecord built(Domain domain) {
    return new DomainRecord(uuid, domain.domid().value(), size, links);
  }

  /** The same with another size. */
  public DomainRecord withSize(Size next) {
    return new DomainRecord(uuid, domid, next, links);
  }

  /** The same with vifs for the links with these MACs. */
  public DomainRecord withLinks(List<String> macs) {
    return new DomainRecord(uuid, domid, size, macs);
  }

  /** The domain, once it was built; it may be gone by now. */
  public Optional<Domain> domain() {
    return Optional.ofNullable(domid).map(number -> new Domain(new Domid(number), uuid));
  }
}
