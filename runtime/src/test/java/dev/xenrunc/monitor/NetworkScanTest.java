// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.WireException;
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

    Fields request = Fields.parse(PrepareRequest.network(scan).toBytes());
    assertEquals(resolver, request.flag(FieldTag.RESOLVER));
  }
}
