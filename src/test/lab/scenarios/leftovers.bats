#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# When containers have gone, nothing of them is left on the host.

load helpers

# bats test_tags=core
@test "leftovers: nothing after 5 containers one after another" {
  host 'docker_run --rm $BUSYBOX true' </dev/null
  leftovers_mark
  run host 'for n in $(seq 5); do docker_run --rm $BUSYBOX true || echo failed $n; done' </dev/null
  expect "" "$output" "failures"
  leftovers_none
}

@test "leftovers: nothing after 20 containers of the runtime itself, each in the same network" {
  "$LAB" cp "$BATS_TEST_DIRNAME/bundle.sh" /run/
  host '. /run/bundle.sh
    ip netns del row 2>/dev/null; ip link del row 2>/dev/null
    ip netns add row; ip link add row type veth peer name eth0 netns row
    ip address add 10.99.1.1/24 dev row; ip link set row up
    ip -n row address add 10.99.1.2/24 dev eth0; ip -n row link set eth0 up
    bundle_make "(.linux.namespaces[] | select(.type == \"network\")).path = \"/run/netns/row\"
      | .process.capabilities[] += [\"CAP_NET_RAW\"] | .process.args = [\"ping\", \"-c\", \"1\", \"-w\", \"10\", \"10.99.1.1\"]"
    run_one row' </dev/null
  leftovers_mark
  run host '. /run/bundle.sh
    for n in $(seq 20); do run_one row$n >/dev/null || echo failed $n; done' </dev/null
  expect "" "$output" "failures"
  leftovers_none
  host 'ip netns del row; ip link del row 2>/dev/null; true' </dev/null
}
