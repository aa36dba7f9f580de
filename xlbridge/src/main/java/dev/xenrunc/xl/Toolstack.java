// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What asks Xen for domains.
 *
 * <p>A method that acts on a {@link Domain} first compares its uuid and throws {@link
 * DomainGoneException} if the domid is nobody's or another's. Every method throws {@link
 * dev.xenrunc.time.DeadlineExceededException} at the deadline at the latest, even if Xen's daemons
 * hang; what it began may then still happen, and {@link #find} tells. Every other failure is a
 * {@link ToolstackException}. Methods may be called by several threads at once.
 */
public interface Toolstack extends AutoCloseable {
  /** Builds a domain, with its vifs and vbds, and leaves it paused. */
  Domain createPaused(DomainConfig config, Deadline deadline);

  void unpause(Domain domain, Deadline deadline);

  void pause(Domain domain, Deadline deadline);

  /**
   * Changes a domain's size within its maxima. Processors that are empty stay as they are. The
   * guest follows a new number of vcpus and a new memory size by itself, later: {@link #info} tells
   * how far it is.
   */
  void resize(Domain domain, Size size, Deadline deadline);

  /** Ends the domain at once, without its help. A domain that is gone already is no failure. */
  void destroy(Domain domain, Deadline deadline);

  /** Empty if the domid is nobody's or another's. */
  Optional<DomainInfo> info(Domain domain, Deadline deadline);

  /** The domain with this uuid, in whatever state it is. */
  Optional<Domain> find(UUID uuid, Deadline deadline);

  /** All domains but dom0. */
  List<DomainInfo> list(Deadline deadline);

  /** One of {@link DomainConfig#labels} that the domain was made with. */
  Optional<String> label(Domain domain, String key, Deadline deadline);

  /** Returns when the host's end exists and its script has run. */
  void addVif(Domain domain, Vif vif, Deadline deadline);

  /**
   * Has a guest that runs look for the vif, once more if it knows it. Linux lists its devices and
   * then begins to watch for others (drivers/xen/xenbus/xenbus_probe_frontend.c, {@code
   * frontend_probe_and_watch}): one that was added in between it would never see.
   */
  void announceVif(Domain domain, int devid, Deadline deadline);

  /**
   * Returns when the host's end is gone; a guest that does not help is given ten seconds, and then
   * loses it all the same (libxl_device.c, {@code device_backend_callback}). One that is not there
   * is no failure, and one whose plugging failed half-way is removed, too.
   */
  void removeVif(Domain domain, int devid, Deadline deadline);

  /**
   * Waits until the guest's agent offers its channel. Throws {@link DomainGoneException} as soon as
   * the domain ends instead.
   */
  ChannelAddress awaitChannel(Domain domain, Deadline deadline);

  /** Calls the listener once when the domain ends; soon, if it has ended already. */
  DeathWatch watchDeath(Domain domain, DeathListener listener);

  HostMemory memoryFor(DomainConfig config, Deadline deadline);

  @Override
  void close();
}
