#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What somebody changes in the container's network namespace from outside, as Docker does, is so inside.

load helpers

# outside WORDS… is ip(8) in the container's network namespace, on the host.
outside() {
  nsenter --net --target "$(<"$work/pid")" ip "$@"
}

# link NAME ADDRESS makes a link with that address, and its other end.
link() {
  outside link add "$1" type veth peer name "$1-peer"
  outside address add "$2" dev "$1"
  outside link set "$1" up
  outside link set "$1-peer" up
}

with_ip() {
  ln -f "$bundle/rootfs/bin/busybox" "$bundle/rootfs/bin/ip"
  spec "${1:-.}"
}

# inside NAME prints the IPv4 addresses and the routes that a process of the container sees on it.
inside() {
  runtime exec "$id" ip -4 -o address show dev "$1" </dev/null | sed -n 's/.* inet \([^ ]*\) .*/\1/p'
  runtime exec "$id" ip -4 route show dev "$1" </dev/null | sed 's/ .*//'
}

is_inside() {
  [[ $(inside "$1" 2>/dev/null) == "$2" ]]
}

# bats test_tags=lab
@test "network: a link that comes between create and start is there when the process begins" {
  with_ip '.process.args = ["sh", "-c", "ip -4 -o address show dev eth0 >/seen; exec sleep 1200"]'
  create
  link eth0 10.21.0.2/24

  runtime start "$id" </dev/null

  within 10 grep -q 'inet 10.21.0.2/24' "$bundle/rootfs/seen"
}

# bats test_tags=lab
@test "network: links, addresses and routes come and go while the container runs" {
  with_ip
  create
  runtime start "$id" </dev/null

  link eth0 10.21.0.2/24
  within 20 is_inside eth0 $'10.21.0.2/24\n10.21.0.0/24'
  outside route add 10.22.0.0/16 dev eth0
  within 20 is_inside eth0 $'10.21.0.2/24\n10.21.0.0/24\n10.22.0.0/16'
  outside route del 10.22.0.0/16 dev eth0
  within 20 is_inside eth0 $'10.21.0.2/24\n10.21.0.0/24'
  link eth1 10.23.0.2/24
  within 20 is_inside eth1 $'10.23.0.2/24\n10.23.0.0/24'
  outside address add 10.24.0.2/24 dev eth1
  within 20 is_inside eth1 $'10.23.0.2/24\n10.24.0.2/24\n10.23.0.0/24\n10.24.0.0/24'
  outside link del eth0
  within 20 is_inside eth0 ""

  expect running "$(state)" status
}
