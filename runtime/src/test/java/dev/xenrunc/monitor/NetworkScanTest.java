// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.WireException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkScanTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whetherThereIsAResolverGoesToTheGuest(boolean resolver) throws WireException {
    FieldWriter reply = new FieldWriter().put(FieldTag.STATUS, 0);
    if (resolver) {
      reply.put(FieldTag.RESOLVER, true);
    }

    NetworkScan scan = NetworkScan.of(Fields.parse(reply.toBytes()));

    Fields request = Fields.parse(NetworkSettings.of(scan, Map.of()).fields().toBytes());
    assertEquals(resolver, request.flag(FieldTag.RESOLVER));
  }

  /** PREPARE brings them, and NETWORK does not: those of config.json come later, and win. */
  @Test
  void settingsOfTheNamespaceAreApartFromWhatNetworkBrings() throws WireException {
    FieldWriter setting =
        new FieldWriter().put(FieldTag.NAME, "net/ipv4/ip_default_ttl").put(FieldTag.VALUE, "33");
    FieldWriter reply =
        new FieldWriter().put(FieldTag.STATUS, 0).put(FieldTag.NETWORK_SYSCTL, setting);

    NetworkSettings settings =
        NetworkSettings.of(NetworkScan.of(Fields.parse(reply.toBytes())), Map.of());

    Fields brought = Fields.parse(settings.sysctls().toBytes());
    assertEquals("33", brought.groups(FieldTag.NETWORK_SYSCTL).get(0).text(FieldTag.VALUE));
    assertEquals(0, settings.fields().toBytes().length);
  }
}
