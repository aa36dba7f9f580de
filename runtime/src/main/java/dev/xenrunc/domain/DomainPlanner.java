// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.xl.DomainConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * From a spec to the domain that runs it. Nothing of the container but its size goes into the
 * domain: vifs are plugged in later, and everything else comes by message.
 */
public final class DomainPlanner {
  /** Below this label the toolstack finds the domains of this runtime. */
  public static final String LABEL_UUID = "uuid";

  static final String LABEL_ROOT = "root";
  static final String LABEL_ID = "id";
  static final String LABEL_VERSION = "version";
  static final String VERSION = "1";

  private final GuestSettings settings;
  private final HostFacts host;
  private final SizePlanner sizes;

  public DomainPlanner(GuestSettings settings, HostFacts host) {
    this.settings = settings;
    this.host = host;
    this.sizes = new SizePlanner(settings, host);
  }

  /** The configuration of the spec's domain. */
  public DomainConfig plan(Spec spec, DomainIdentity identity) {
    return new DomainConfig(
        identity.name(),
        identity.uuid(),
        new BootPlanner(settings, host).plan(spec),
        sizes.first(spec.linux().resources(), SizeWishes.of(spec, settings.allowedAnnotations())),
        settings.tscMode(),
        Map.of(
            LABEL_UUID, identity.uuid().toString(),
            LABEL_ROOT, identity.root(),
            LABEL_ID, identity.id(),
            LABEL_VERSION, VERSION),
        List.of(),
        List.of());
  }

  /**
   * The kernel settings that this guest takes from the host besides the usual ones: those of
   * config.toml, and those of the spec's annotation.
   */
  public List<String> hostSysctls(Spec spec) {
    List<String> wished =
        new Annotations(spec.annotations(), settings.allowedAnnotations())
            .text(Annotations.HOST_SYSCTLS)
            .map(text -> List.of(text.split(",")))
            .orElse(List.of());
    SysctlNames.wrong(wished)
        .ifPresent(
            name -> {
              throw new BundleException(
                  "annotation "
                      + Annotations.HOST_SYSCTLS
                      + ": \""
                      + name
                      + "\" is no name, or one too many");
            });
    return Stream.concat(settings.hostSysctls().stream(), wished.stream()).toList();
  }

  /** What the spec's guest may do on its vifs. */
  public VifPlan vifs(Spec spec) {
    return VifPlan.of(spec, settings);
  }

  /** How large domains are. */
  public SizePlanner sizes() {
    return sizes;
  }
}
