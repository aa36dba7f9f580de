// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Configurations as the documents that libxl reads: the C structures' members by name.
 *
 * <p>libxl leaves a member with its default value out when it writes, so none is written here
 * either: then every leaf must come back. Booleans of libxl's type defbool are texts, C's {@code
 * int}s are numbers even where they mean yes or no.
 */
final class LibxlJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** Enough for a few vifs and vbds and the vchan; each frame holds 512 grants. */
  private static final int MAX_GRANT_FRAMES = 16;

  private LibxlJson() {}

  static String of(DomainConfig config) {
    return document(
        json -> {
          writeCreateInfo(json, config);
          writeBuildInfo(json, config);
          writeDevices(json, config);
          // What happens to the domain after its shutdown is the engine's to say.
          json.writeStringField("on_poweroff", "preserve");
          json.writeStringField("on_reboot", "preserve");
          json.writeStringField("on_watchdog", "preserve");
          json.writeStringField("on_crash", "preserve");
          json.writeStringField("on_soft_reset", "preserve");
        });
  }

  static String of(Vif vif) {
    return document(json -> writeVif(json, vif));
  }

  /** The {@code libxl_device_nic} of one that is only to be found. */
  static String vif(int devid) {
    return document(json -> json.writeNumberField("devid", devid));
  }

  static String of(Vbd vbd) {
    return document(json -> writeVbd(json, vbd));
  }

  /** The {@code libxl_domain_sched_params} of a domain of this size. */
  static String share(Size size) {
    return document(json -> writeShare(json, size));
  }

  private static void writeShare(JsonGenerator json, Size size) throws IOException {
    json.writeNumberField("weight", size.weight());
    json.writeNumberField("cap", size.capPercent());
  }

  /** In rising order: libxl takes the last number for the largest. */
  private static void writeBitmap(JsonGenerator json, List<Integer> numbers) throws IOException {
    json.writeStartArray();
    for (int number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  private static void writeCreateInfo(JsonGenerator json, DomainConfig config) throws IOException {
    json.writeObjectFieldStart("c_info");
    json.writeStringField("type", "pvh");
    json.writeStringField("name", config.name());
    json.writeStringField("uuid", config.uuid().toString());
    if (!config.labels().isEmpty()) {
      json.writeObjectFieldStart("xsdata");
      for (Map.Entry<String, String> label : new TreeMap<>(config.labels()).entrySet()) {
        json.writeStringField(StorePaths.LABELS + "/" + label.getKey(), label.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeBuildInfo(JsonGenerator json, DomainConfig config) throws IOException {
    Size size = config.size();
    json.writeObjectFieldStart("b_info");
    json.writeNumberField("max_vcpus", size.vcpusMax());
    // All of them: a vcpu that the guest's kernel has never had, it does not bring up later (ADR
    // 16).
    json.writeFieldName("avail_vcpus");
    writeBitmap(json, IntStream.range(0, size.vcpusMax()).boxed().toList());
    if (!size.processors().isEmpty()) {
      json.writeArrayFieldStart("vcpu_hard_affinity");
      for (int vcpu = 0; vcpu < size.vcpusMax(); vcpu++) {
        writeBitmap(json, size.processors());
      }
      json.writeEndArray();
    }
    if (config.tscMode() != TscMode.DEFAULT) {
      json.writeStringField("tsc_mode", config.tscMode().word());
    }
    // Equal: a domain that starts with less than its maximum dies if it touches too much too soon.
    // It gives back what is beyond its size while it boots (ADR 16).
    json.writeNumberField("max_memkb", size.memoryMaxKib());
    json.writeNumberField("target_memkb", size.memoryMaxKib());
    // Memory is claimed whole or refused at once, not found missing half-way.
    json.writeStringField("claim_mode", "True");
    json.writeStringField("numa_placement", "False");
    // There is no device model; unset, libxl looks for one.
    json.writeStringField("device_model_version", "qemu_xen");
    json.writeNumberField("max_grant_frames", MAX_GRANT_FRAMES);
    json.writeStringField("kernel", config.boot().kernel().toString());
    json.writeStringField("ramdisk", config.boot().ramdisk().toString());
    if (!config.boot().cmdline().isEmpty()) {
      json.writeStringField("cmdline", config.boot().cmdline());
    }
    json.writeObjectFieldStart("sched_params");
    writeShare(json, size);
    json.writeEndObject();
    json.writeObjectFieldStart("type.pvh");
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeDevices(JsonGenerator json, DomainConfig config) throws IOException {
    if (!config.vbds().isEmpty()) {
      json.writeArrayFieldStart("disks");
      for (Vbd vbd : config.vbds()) {
        json.writeStartObject();
        writeVbd(json, vbd);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (!config.vifs().isEmpty()) {
      json.writeArrayFieldStart("nics");
      for (Vif vif : config.vifs()) {
        json.writeStartObject();
        writeVif(json, vif);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  private static void writeVif(JsonGenerator json, Vif vif) throws IOException {
    json.writeNumberField("devid", vif.devid());
    json.writeNumberField("mtu", vif.mtu());
    json.writeStringField("mac", vif.mac().text());
    json.writeStringField("script", vif.script().toString());
    json.writeStringField("nictype", "vif");
    json.writeStringField("gatewaydev", vif.note());
    if (vif.rate().isBounded()) {
      json.writeNumberField("rate_bytes_per_interval", vif.rate().bytesPerInterval());
      json.writeNumberField("rate_interval_usecs", VifRate.INTERVAL_MICROSECONDS);
    }
  }

  private static void writeVbd(JsonGenerator json, Vbd vbd) throws IOException {
    json.writeStringField("pdev_path", vbd.source().toString());
    json.writeStringField("vdev", vbd.vdev());
    json.writeStringField("backend", "phy");
    json.writeStringField("format", "raw");
    json.writeStringField("script", vbd.script().toString());
    switch (vbd.access()) {
      case READ_WRITE -> {
        json.writeNumberField("readwrite", 1);
        json.writeStringField("discard_enable", "True");
      }
      case READ_ONLY -> json.writeStringField("discard_enable", "False");
    }
    json.writeBooleanField("direct_io_safe", true);
  }

  private static String document(Members members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("write to memory", e);
    }
    return text.toString();
  }

  /** Writes an object's members. */
  @FunctionalInterface
  private interface Members {
    void write(JsonGenerator json) throws IOException;
  }
}
