// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Collection;

/** Reads config.json with limits on its size and depth. */
public final class SpecReader {
  /** The largest config.json that is read. */
  public static final int SIZE_MAX = 16 << 20;

  private static final int DEPTH_MAX = 64;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxStringLength(SIZE_MAX)
                          .maxDocumentLength(SIZE_MAX)
                          .build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .build();

  private SpecReader() {}

  /** The spec in these bytes; its meaning is not checked yet. */
  public static Spec read(byte[] json) {
    return read(json, Spec.class, "config.json");
  }

  /** The same; adds the dotted path of each field that asks for something and is not read. */
  public static Spec read(byte[] json, Collection<String> unread) {
    Spec spec = read(json);
    try {
      UnreadFields.find(MAPPER.readTree(json), unread);
    } catch (IOException e) {
      throw new BundleException("config.json cannot be parsed", e);
    }
    return spec;
  }

  /** The process in these bytes, as exec is given one; its meaning is not checked yet. */
  public static ProcessSpec readProcess(byte[] json) {
    return read(json, ProcessSpec.class, "the process file");
  }

  /** The resources in these bytes, as update is given them; their meaning is not checked yet. */
  public static ResourcesSpec readResources(byte[] json) {
    return read(json, ResourcesSpec.class, "the resources file");
  }

  private static <T> T read(byte[] json, Class<T> type, String what) {
    try {
      T read = MAPPER.readValue(json, type);
      if (read == null) {
        throw new BundleException(what + " holds no object");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new BundleException(what + " is not valid: " + e.getOriginalMessage() + where(e), e);
    } catch (IOException e) {
      throw new BundleException(what + " cannot be parsed", e);
    }
  }

  private static String where(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }
}
