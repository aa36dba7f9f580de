// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.Limits;
import dev.xenrunc.domain.AllowedFiles;
import dev.xenrunc.domain.GuestFiles;
import dev.xenrunc.domain.GuestSettings;
import dev.xenrunc.domain.ProcessorList;
import dev.xenrunc.xl.TscMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** /etc/xen-runc/config.toml as it is written; what is absent has its default. */
record ConfigFile(
    @Nullable String kernel,
    @Nullable String adminKernel,
    @Nullable String initramfs,
    @Nullable String cmdline,
    @Nullable Integer defaultMemoryMib,
    @Nullable Integer minMemoryMib,
    @Nullable Integer overheadMib,
    @Nullable Integer maxMemoryMib,
    @Nullable Integer defaultVcpus,
    @Nullable Integer maxVcpus,
    @Nullable String defaultCpus,
    @Nullable String tscMode,
    @Nullable Boolean seccomp,
    @Nullable Integer idleMinutes,
    @Nullable List<String> hostSysctls,
    @Nullable List<String> allowedAnnotations,
    @Nullable List<String> allowedKernels,
    @Nullable List<String> allowedInitrds,
    @Nullable Boolean allowKernelParameters,
    @Nullable Network network,
    @Nullable Timeouts timeouts,
    @Nullable Debug debug) {
  private static final int MEMORY_MIB = 128;
  private static final int MEMORY_MIN_MIB = 48;

  /**
   * Kernel, init and agent keep 13.2 MiB besides the kernel's memory map when a container begins
   * (docs/performance.md has it with the map of 128 MiB, 2 MiB); the rest is for what the kernel
   * does for it that no cgroup is charged.
   */
  private static final int OVERHEAD_MIB = 18;

  private static final int IDLE_MINUTES = 10;

  /** What guests may send. */
  record Network(@Nullable Boolean spoofing) {}

  /** Seconds. */
  record Timeouts(
      @Nullable Integer domain,
      @Nullable Integer destroy,
      @Nullable Integer agent,
      @Nullable Integer request,
      @Nullable Integer monitor,
      @Nullable Integer kill) {
    static final Timeouts NONE = new Timeouts(null, null, null, null, null, null);
  }

  /** For those who test the runtime. */
  record Debug(@JsonProperty("crash_point") @Nullable String crashPoint) {}

  private static final TomlMapper TOML =
      TomlMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Reads the file; all defaults if there is none. An unknown key is an error. */
  static Config read(Path file, Path libexec) {
    try {
      return TOML.readValue(text(file), ConfigFile.class).config(libexec);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + ": " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private Config config(Path libexec) {
    GuestSettings guest =
        new GuestSettings(
            path(kernel, libexec.resolve("vmlinux")),
            path(adminKernel, path(kernel, libexec.resolve("vmlinux-admin"))),
            path(initramfs, libexec.resolve("initramfs.cpio")),
            or(defaultMemoryMib, MEMORY_MIB),
            or(minMemoryMib, MEMORY_MIN_MIB),
            or(overheadMib, OVERHEAD_MIB),
            or(maxMemoryMib, 0),
            or(defaultVcpus, 1),
            or(maxVcpus, 0),
            processors(),
            tsc(),
            cmdline == null ? "" : cmdline,
            hostSysctls == null ? List.of() : hostSysctls,
            allowedAnnotations == null ? Set.of() : Set.copyOf(allowedAnnotations),
            guestFiles(),
            network != null && Boolean.TRUE.equals(network.spoofing()));
    return new Config(
        guest,
        seccomp == null || seccomp,
        limits(),
        Duration.ofMinutes(or(idleMinutes, IDLE_MINUTES)),
        crash());
  }

  private GuestFiles guestFiles() {
    return new GuestFiles(
        AllowedFiles.of("allowed_kernels", allowedKernels == null ? List.of() : allowedKernels),
        AllowedFiles.of("allowed_initrds", allowedInitrds == null ? List.of() : allowedInitrds),
        Boolean.TRUE.equals(allowKernelParameters));
  }

  private List<Integer> processors() {
    if (defaultCpus == null || defaultCpus.isEmpty()) {
      return List.of();
    }
    return ProcessorList.parse(defaultCpus)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "default_cpus \"" + defaultCpus + "\" is no list of processors"));
  }

  private TscMode tsc() {
    if (tscMode == null) {
      return TscMode.DEFAULT;
    }
    return TscMode.of(tscMode)
        .orElseThrow(() -> new IllegalArgumentException("unknown tsc_mode \"" + tscMode + "\""));
  }

  private Limits limits() {
    Timeouts given = timeouts == null ? Timeouts.NONE : timeouts;
    Limits usual = Limits.DEFAULTS;
    return new Limits(
        seconds(given.domain(), usual.domain()),
        seconds(given.destroy(), usual.destroy()),
        seconds(given.agent(), usual.agent()),
        seconds(given.request(), usual.request()),
        seconds(given.monitor(), usual.monitor()),
        seconds(given.kill(), usual.kill()),
        usual.stop(),
        usual.busy());
  }

  private CrashPoint.Armed crash() {
    String word = debug == null ? null : debug.crashPoint();
    if (word == null) {
      return new CrashPoint.Armed(Optional.empty());
    }
    return new CrashPoint.Armed(
        Optional.of(
            CrashPoint.of(word)
                .orElseThrow(
                    () -> new IllegalArgumentException("unknown crash_point \"" + word + "\""))));
  }

  private static Duration seconds(@Nullable Integer given, Duration usual) {
    if (given == null) {
      return usual;
    }
    if (given < 1) {
      throw new IllegalArgumentException("timeouts are at least one second");
    }
    return Duration.ofSeconds(given);
  }

  private static Path path(@Nullable String given, Path usual) {
    return given == null ? usual : Path.of(given);
  }

  private static int or(@Nullable Integer given, int usual) {
    return given == null ? usual : given;
  }
}
