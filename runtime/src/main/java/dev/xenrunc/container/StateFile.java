// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xenrunc.domain.DomainRecord;
import java.io.IOException;
import java.util.List;

/**
 * The form of state.json: the members of all parts of a {@link ContainerState} in one object.
 * Version 1; an engine reads its own version and the one before.
 */
final class StateFile {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private StateFile() {}

  static byte[] write(ContainerState state) throws IOException {
    ObjectNode document = JSON.createObjectNode();
    document.put("version", VERSION);
    document.put("stage", state.stage().name());
    for (Record part : List.of(state.identity(), state.domain(), state.host(), state.given())) {
      ObjectNode members = JSON.valueToTree(part);
      document.setAll(members);
    }
    return JSON.writeValueAsBytes(document);
  }

  /** Fails for a document that is not this runtime's. */
  static ContainerState read(byte[] bytes) throws IOException {
    JsonNode document = JSON.readTree(bytes);
    if (!document.hasNonNull("stage")) {
      throw new IOException("it is not a state.json of this runtime");
    }
    return new ContainerState(
        JSON.treeToValue(document.get("stage"), Stage.class),
        JSON.treeToValue(document, ContainerState.Identity.class),
        JSON.treeToValue(document, DomainRecord.class),
        JSON.treeToValue(document, HostRecord.class),
        JSON.treeToValue(document, ContainerState.Given.class));
  }
}
