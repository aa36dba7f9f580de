// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.Domid;
import dev.xenrunc.xl.Size;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a domain records of it.
 *
 * @param domid only a hint until it is compared with the uuid; absent until it is built
 * @param size as it was last asked for
 * @param prepared its guest is ready for processes
 * @param vifs in the order in which they were plugged in
 * @param nextVif where the search for a free number begins
 * @param links is only read: the engine before this one wrote it when the guest was prepared, the
 *     MAC of each vif's link
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DomainRecord(
    UUID uuid,
    @Nullable Integer domid,
    @Nullable Size size,
    boolean prepared,
    List<VifRecord> vifs,
    int nextVif,
    @Nullable List<String> links) {
  /** How many vifs can have numbers of their own, twice as many as a container has links. */
  private static final int NUMBERS = 128;

  public DomainRecord {
    if (links != null) {
      List<String> macs = links;
      vifs = IntStream.range(0, macs.size()).mapToObj(i -> VifRecord.of(i, macs.get(i))).toList();
      nextVif = macs.size();
      prepared = true;
      links = null;
    }
    vifs = vifs == null ? List.of() : List.copyOf(vifs);
  }

  /** A domain that is planned. */
  public static DomainRecord planned(UUID uuid, Size size) {
    return new DomainRecord(uuid, null, size, false, List.of(), 0, null);
  }

  DomainRecord built(Domain domain) {
    return new DomainRecord(uuid, domain.domid().value(), size, prepared, vifs, nextVif, null);
  }

  /** The same with another size. */
  public DomainRecord withSize(Size next) {
    return new DomainRecord(uuid, domid, next, prepared, vifs, nextVif, null);
  }

  /** The same with a guest that is ready for processes. */
  public DomainRecord withPreparedGuest() {
    return new DomainRecord(uuid, domid, size, true, vifs, nextVif, null);
  }

  /**
   * A number that no vif has. Numbers go round: the kernels at both ends may be slow to see that a
   * vif is gone, and would take another with its number for it.
   */
  public int freeVif() {
    return IntStream.range(0, NUMBERS)
        .map(i -> (nextVif + i) % NUMBERS)
        .filter(number -> vifs.stream().noneMatch(vif -> vif.number() == number))
        .findFirst()
        .orElseThrow(() -> new DomainException("all numbers of vifs are in use"));
  }

  DomainRecord withVif(VifRecord vif) {
    return withVifs(
        Stream.concat(vifs.stream(), Stream.of(vif)).toList(), (vif.number() + 1) % NUMBERS);
  }

  DomainRecord withVifPlugged(int number) {
    return withVifs(
        vifs.stream().map(vif -> vif.number() == number ? vif.pluggedIn() : vif).toList(), nextVif);
  }

  DomainRecord withVifLetGo(int number) {
    return withVifs(
        vifs.stream().map(vif -> vif.number() == number ? vif.letGo() : vif).toList(), nextVif);
  }

  DomainRecord withoutVif(int number) {
    return withVifs(vifs.stream().filter(vif -> vif.number() != number).toList(), nextVif);
  }

  private DomainRecord withVifs(List<VifRecord> now, int next) {
    return new DomainRecord(uuid, domid, size, prepared, now, next, null);
  }

  /** The domain, once it was built; it may be gone by now. */
  public Optional<Domain> domain() {
    return Optional.ofNullable(domid).map(number -> new Domain(new Domid(number), uuid));
  }
}
