// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a spec asks for in fields that no record has. An unknown property is no error (runtime-spec
 * config.md, extensibility), but whoever sets one should hear that nothing came of it.
 */
final class UnreadFields {
  private final Collection<String> unread;

  private UnreadFields(Collection<String> unread) {
    this.unread = unread;
  }

  /** Adds the dotted path of each such field. */
  static void find(JsonNode spec, Collection<String> unread) {
    new UnreadFields(unread).compare(spec, Spec.class, "");
  }

  private void compare(JsonNode node, Type type, String path) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      node.forEach(element -> compare(element, list.getActualTypeArguments()[0], path + "[]"));
    } else if (type instanceof Class<?> record && record.isRecord() && record != Ignored.class) {
      compareMembers(node, record, path.isEmpty() ? "" : path + ".");
    }
  }

  private void compareMembers(JsonNode node, Class<?> record, String prefix) {
    Map<String, Type> known = new HashMap<>();
    for (RecordComponent component : record.getRecordComponents()) {
      known.put(name(component), component.getGenericType());
      JsonAlias alias = component.getAccessor().getAnnotation(JsonAlias.class);
      for (String other : alias == null ? new String[0] : alias.value()) {
        known.put(other, component.getGenericType());
      }
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      Type type = known.get(member.getKey());
      if (type != null) {
        compare(member.getValue(), type, prefix + member.getKey());
      } else if (asks(member.getValue())) {
        unread.add(prefix + member.getKey());
      }
    }
  }

  private static String name(RecordComponent component) {
    JsonProperty given = component.getAccessor().getAnnotation(JsonProperty.class);
    return given == null ? component.getName() : given.value();
  }

  /**
   * False for what callers write when they want nothing: null, zero, false, and all that is empty.
   */
  private static boolean asks(JsonNode value) {
    if (value.isContainerNode()) {
      for (JsonNode inner : value) {
        if (asks(inner)) {
          return true;
        }
      }
      return false;
    }
    if (value.isTextual()) {
      return !value.textValue().isEmpty();
    }
    return value.isNumber() ? value.doubleValue() != 0 : value.asBoolean();
  }
}
