// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import dev.xenrunc.xl.ffi.CallFailedException;
import dev.xenrunc.xl.ffi.LibxlContext;
import dev.xenrunc.xl.ffi.LibxlType;
import dev.xenrunc.xl.ffi.TypedObject;
import dev.xenrunc.xl.ffi.VmId;
import dev.xenrunc.xl.store.StoreException;
import dev.xenrunc.xl.store.XenStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** The toolstack of Xen itself: libxl, which is given documents, and xenstore. */
public final class LibxlToolstack implements Toolstack {
  private static final Duration INFO_WAIT = Duration.ofSeconds(10);

  private final Builds builds = new Builds();
  private final BoundedCalls calls;
  private final XenStore store;
  private final DomainDeaths deaths;
  private final AgentChannels channels;

  /** Neither loads libxl nor connects to xenstored before either is needed. */
  public LibxlToolstack(XenHost host) {
    calls = new BoundedCalls(new ContextPool(host));
    store = new XenStore(host.storeSocket());
    deaths = new DomainDeaths(store, domain -> info(domain, Deadline.after(INFO_WAIT)));
    channels = new AgentChannels(store, deaths);
  }

  @Override
  public Domain createPaused(DomainConfig config, Deadline deadline) {
    requireFile("guest kernel", config.boot().kernel());
    requireFile("guest ramdisk", config.boot().ramdisk());
    String json = LibxlJson.of(config);
    Build build = builds.begin(config.uuid());
    try {
      int domid =
          calls.run(
              "libxl_domain_create_new",
              deadline,
              context -> {
                try (build;
                    TypedObject object = parse(context, LibxlType.DOMAIN_CONFIG, json)) {
                  int made = context.createPaused(object);
                  if (!build.isWanted()) {
                    context.destroy(made);
                  } else {
                    shrink(context, made, config.size());
                  }
                  return made;
                }
              });
      return new Domain(new Domid(domid), config.uuid());
    } catch (LibxlException e) {
      throw explain(e, config, deadline);
    } catch (DeadlineExceededException e) {
      build.abandon();
      throw e;
    } catch (HostException e) {
      build.close();
      throw e;
    }
  }

  /** Before it runs, so that its balloon driver finds the target when it begins. */
  private static void shrink(LibxlContext context, int domid, Size size)
      throws CallFailedException {
    if (size.memoryKib() == size.memoryMaxKib()) {
      return;
    }
    try {
      context.setMemory(domid, size.memoryKib());
    } catch (CallFailedException e) {
      context.destroy(domid);
      throw e;
    }
  }

  @Override
  public void resize(Domain domain, Size size, Deadline deadline) {
    String share = LibxlJson.share(size);
    act(
        domain,
        "resize",
        deadline,
        (context, domid) -> {
          context.setMemory(domid, size.memoryKib());
          context.setVcpusOnline(domid, IntStream.range(0, size.vcpus()).boxed().toList());
          if (!size.processors().isEmpty()) {
            context.setProcessors(domid, size.vcpusMax(), size.processors());
          }
          try (TypedObject params = parse(context, LibxlType.DOMAIN_SCHED_PARAMS, share)) {
            context.setShare(domid, params);
          }
        });
  }

  /** Says so if the failure was for want of memory, which libxl itself does not. */
  private ToolstackException explain(LibxlException e, DomainConfig config, Deadline deadline) {
    if (!e.call().equals("libxl_domain_create_new")) {
      return e;
    }
    try {
      HostMemory memory = memoryFor(config, deadline);
      return memory.suffices() ? e : new NoMemoryException(memory, e);
    } catch (ToolstackException | DeadlineExceededException other) {
      e.addSuppressed(other);
      return e;
    }
  }

  private static void requireFile(String what, Path file) {
    if (!Files.isReadable(file)) {
      throw new HostException(what + " " + file + ": cannot be read");
    }
  }

  @Override
  public void unpause(Domain domain, Deadline deadline) {
    act(domain, "libxl_domain_unpause", deadline, LibxlContext::unpause);
  }

  @Override
  public void pause(Domain domain, Deadline deadline) {
    act(domain, "libxl_domain_pause", deadline, LibxlContext::pause);
  }

  @Override
  public void destroy(Domain domain, Deadline deadline) {
    // libxl would go on writing the nodes of a domain that was destroyed below it.
    builds.awaitEnd(domain.uuid(), deadline);
    calls.run(
        "libxl_domain_destroy",
        deadline,
        context -> {
          if (lookUp(context, domain).isPresent()) {
            context.destroy(domain.domid().value());
          }
          return true;
        });
  }

  @Override
  public Optional<DomainInfo> info(Domain domain, Deadline deadline) {
    return calls.run("libxl_domain_info", deadline, context -> lookUp(context, domain));
  }

  @Override
  public Optional<Domain> find(UUID uuid, Deadline deadline) {
    return list(deadline).stream()
        .map(DomainInfo::domain)
        .filter(domain -> domain.uuid().equals(uuid))
        .findFirst();
  }

  @Override
  public List<DomainInfo> list(Deadline deadline) {
    return calls.run(
        "libxl_list_vm",
        deadline,
        context -> {
          List<DomainInfo> all = new ArrayList<>();
          for (VmId vm : context.list()) {
            if (vm.domid() != 0) {
              lookUp(context, new Domain(new Domid(vm.domid()), vm.uuid())).ifPresent(all::add);
            }
          }
          return all;
        });
  }

  @Override
  public Optional<String> label(Domain domain, String key, Deadline deadline) {
    if (info(domain, deadline).isEmpty()) {
      return Optional.empty();
    }
    try {
      return store.read(StorePaths.label(domain.domid(), key), deadline);
    } catch (StoreException e) {
      throw new XenstoreException(e);
    }
  }

  @Override
  public void addVif(Domain domain, Vif vif, Deadline deadline) {
    String json = LibxlJson.of(vif);
    withDevice(domain, LibxlType.DEVICE_NIC, json, "add vif", deadline, LibxlContext::addNic);
  }

  @Override
  public void announceVif(Domain domain, int devid, Deadline deadline) {
    if (info(domain, deadline).isEmpty()) {
      throw new DomainGoneException(domain, "is gone");
    }
    try {
      // Of a domain that ends meanwhile nothing is left, nor made again.
      store.touch(StorePaths.vif(domain.domid(), devid), deadline);
    } catch (StoreException e) {
      throw new XenstoreException(e);
    }
  }

  @Override
  public void removeVif(Domain domain, int devid, Deadline deadline) {
    try {
      // Of one that is not there libxl would make the backend's directory to write into it.
      if (store.read(StorePaths.vifBackend(domain.domid(), devid), deadline).isEmpty()) {
        return;
      }
    } catch (StoreException e) {
      throw new XenstoreException(e);
    }
    String json = LibxlJson.vif(devid);
    withDevice(domain, LibxlType.DEVICE_NIC, json, "remove vif", deadline, LibxlContext::removeNic);
  }

  @Override
  public ChannelAddress awaitChannel(Domain domain, Deadline deadline) {
    try {
      return channels.await(domain, deadline);
    } catch (StoreException e) {
      throw new XenstoreException(e);
    }
  }

  @Override
  public DeathWatch watchDeath(Domain domain, DeathListener listener) {
    return deaths.watch(domain, listener);
  }

  @Override
  public HostMemory memoryFor(DomainConfig config, Deadline deadline) {
    String json = LibxlJson.of(config);
    return calls.run(
        "libxl_domain_need_memory",
        deadline,
        context -> {
          try (TypedObject object = parse(context, LibxlType.DOMAIN_CONFIG, json)) {
            return new HostMemory(context.neededMemory(object), context.freeMemory());
          }
        });
  }

  @Override
  public void close() {
    deaths.close();
    store.close();
    calls.close();
  }

  /** A libxl call on a domid. */
  @FunctionalInterface
  private interface DomidCall {
    void run(LibxlContext context, int domid) throws CallFailedException;
  }

  /** A libxl call on a domid and a device. */
  @FunctionalInterface
  private interface DeviceCall {
    void run(LibxlContext context, int domid, TypedObject device) throws CallFailedException;
  }

  private void act(Domain domain, String what, Deadline deadline, DomidCall call) {
    calls.run(
        what,
        deadline,
        context -> {
          requireOurs(context, domain);
          call.run(context, domain.domid().value());
          return true;
        });
  }

  private void withDevice(
      Domain domain, LibxlType type, String json, String what, Deadline deadline, DeviceCall call) {
    act(
        domain,
        what,
        deadline,
        (context, domid) -> {
          try (TypedObject device = parse(context, type, json)) {
            call.run(context, domid, device);
          }
        });
  }

  private static TypedObject parse(LibxlContext context, LibxlType type, String json)
      throws CallFailedException {
    TypedObject object = context.parse(type, json);
    try {
      ReadBack.check(type.cName(), json, object.readBack());
      return object;
    } catch (CallFailedException | RuntimeException e) {
      object.close();
      throw e;
    }
  }

  // Between this and the act the domid cannot become another's: libxl gives one out again only
  // after a minute.
  private static void requireOurs(LibxlContext context, Domain domain) throws CallFailedException {
    if (lookUp(context, domain).isEmpty()) {
      throw new DomainGoneException(domain, "is gone");
    }
  }

  private static Optional<DomainInfo> lookUp(LibxlContext context, Domain domain)
      throws CallFailedException {
    return context
        .info(domain.domid().value())
        .map(DominfoJson::parse)
        .filter(info -> info.domain().equals(domain));
  }
}
