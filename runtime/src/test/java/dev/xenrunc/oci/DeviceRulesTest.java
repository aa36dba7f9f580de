// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.oci.ResourcesSpec.DeviceRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceRulesTest {
  private static final DeviceRule NOTHING = new DeviceRule(false, "", null, null, "rwm");
  private static final DeviceRule EVERYTHING = new DeviceRule(true, "a", null, null, "rwm");

  private static DeviceRule allow(String type, Long major, Long minor, String access) {
    return new DeviceRule(true, type, major, minor, access);
  }

  private static DeviceRule deny(String type, Long major, Long minor, String access) {
    return new DeviceRule(false, type, major, minor, access);
  }

  private static String exceptions(DeviceRule... rules) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<DeviceRules.Devices, Integer> exception :
        DeviceRules.of(List.of(rules)).exceptions().entrySet()) {
      text.append(exception.getKey()).append(' ').append(exception.getValue()).append("; ");
    }
    return text.toString();
  }

  @Test
  void withoutRulesNothingIsAllowed() {
    assertFalse(DeviceRules.of(List.of()).allowed());
    assertEquals("", exceptions());
  }

  @Test
  void thePrivilegedRuleAllowsAll() {
    assertTrue(DeviceRules.of(List.of(NOTHING, EVERYTHING)).allowed());
    assertFalse(DeviceRules.of(List.of(EVERYTHING, NOTHING)).allowed());
  }

  @Test
  void rulesOfOneDeviceAreJoinedInTheirOrder() {
    assertEquals(
        "c 10:229 7; b 8:* 2; ",
        exceptions(
            NOTHING,
            allow("c", 10L, 229L, "r"),
            allow("u", 10L, 229L, "wm"),
            allow("b", 8L, null, "rw"),
            deny("b", 8L, -1L, "w")));
    assertEquals("", exceptions(allow("c", 1L, 2L, "rw"), deny("c", 1L, 2L, "rwm")));
    assertEquals("", exceptions(allow("c", 1L, 2L, "rw"), NOTHING));
  }

  @Test
  void unknownLettersArePassedOver() {
    assertEquals(
        "c 1:1 2; ", exceptions(NOTHING, allow("c", 1L, 1L, "rx"), allow("c", 1L, 2L, "xyz")));
  }

  @Test
  void whatIsDeniedOfAll() {
    assertEquals(
        "c 1:11 6; ", exceptions(EVERYTHING, deny("c", 1L, 11L, "rwm"), allow("c", 1L, 11L, "m")));
  }

  @Test
  void mistakesAreRefusedAsRuncDoes() {
    refuses("device access at 1 field cannot be empty", NOTHING, allow("c", 1L, 1L, ""));
    refuses("invalid device type \"p\"", allow("p", 1L, 1L, "r"));
    refuses("invalid device number 4294967296", allow("c", 1L << 32, 1L, "r"));
    refuses(
        "unable to remove 'allow' exception: requested rule [c 1:5] not supported by devices"
            + " cgroupv1 (cannot punch hole in existing wildcard rule [c 1:*])",
        allow("c", 1L, null, "rw"),
        deny("c", 1L, 5L, "r"));
  }

  private static void refuses(String why, DeviceRule... rules) {
    assertEquals(
        why,
        assertThrows(BundleException.class, () -> DeviceRules.of(List.of(rules))).getMessage());
  }
}
