# SPDX-License-Identifier: Apache-2.0
# Run by busybox in a network namespace: prints its links, addresses and routes, so that two namespaces can be compared.
# Left out are Xen's backends, which only dom0 has, IPv6's routes by multicast and link-local address, and its local ones,
# which busybox shows where the kernel has one table of routes, as the guest's without rights over links has.
# shellcheck shell=sh

busybox ip -o link | busybox grep -v '^[0-9]*: vif' |
  busybox sed -n 's/^[0-9]*: \([^:@]*\).* mtu \([0-9]*\) .*link\/ether \([0-9a-f:]*\) .*/link \1 mtu \2 \3/p' | busybox sort
busybox ip -o address | busybox grep -v '^[0-9]*: vif' | busybox awk '{ print "address", $2, $3, $4 }' | busybox sort
busybox ip route | busybox sed 's/^/route /; s/ *$//' | busybox sort
busybox ip -6 route | busybox grep -vE '^(fe80|ff00|multicast|local)' | busybox sed 's/^/route /; s/ *$//' | busybox sort
