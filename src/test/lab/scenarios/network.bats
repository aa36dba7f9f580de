#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The container has Docker's address behind Docker's bridge, as any other.

load helpers

# bats test_tags=core
@test "network: address, gateway and ping both ways between the runtimes across docker0" {
  run host 'docker run -d --runtime=runc --name peer $BUSYBOX sleep 600 >/dev/null
    peer=$(docker inspect -f "{{.NetworkSettings.IPAddress}}" peer)
    docker_run -d --name mine $BUSYBOX sh -c "ip -4 -o addr show eth0; ip route; ping -c 2 -w 10 $peer >/dev/null && echo reached; exec sleep 600" >/dev/null
    within 60 sh -c "docker logs mine | grep -q reached"
    mine=$(docker inspect -f "{{.NetworkSettings.IPAddress}}" mine)
    docker logs mine | grep -q "inet $mine/16" && echo address
    docker logs mine | grep -q "default via 172.17.0.1" && echo gateway
    docker logs mine | grep reached
    docker exec peer ping -c 2 -w 10 $mine >/dev/null && echo answered' </dev/null

  expect $'address\ngateway\nreached\nanswered' "$output" "the network"
}

# bats test_tags=core
@test "network: a published port answers" {
  run host 'docker_run -d --name web -p 8080:80 $BUSYBOX sh -c "mkdir /www; echo served >/www/index.html; exec httpd -f -p 80 -h /www" >/dev/null
    within 60 sh -c "wget -qO- -T 2 http://127.0.0.1:8080/ || curl -s -m 2 http://127.0.0.1:8080/ || busybox wget -qO- -T 2 http://127.0.0.1:8080/"
    busybox wget -qO- -T 5 http://10.0.2.15:8080/' </dev/null

  expect served "$output" "the page"
}

# Docker up to 27 configures the network namespace during create, from 28 on between create and start: an exec may
# come between the two.
@test "network: an exec in a created container has what is there, and start what has come since" {
  "$LAB" cp "$BATS_TEST_DIRNAME/bundle.sh" /run/
  run host '. /run/bundle.sh; runtime=xen-runc; [ $RUNTIME = xen ] || runtime=runc
    # link gives the namespace an interface to the host.
    link() {
      ip link add out type veth peer name eth0 netns early
      ip address add 10.99.0.1/24 dev out; ip link set out up
      ip -n early address add 10.99.0.2/24 dev eth0; ip -n early link set eth0 up
    }
    reach="ping -c 2 -w 10 10.99.0.1 >/dev/null 2>&1 && echo reached || echo alone"
    for when in during after; do
      ip netns add early; ip -n early link set lo up
      bundle_make "(.linux.namespaces[] | select(.type == \"network\")).path = \"/run/netns/early\"
        | .process.capabilities[] += [\"CAP_NET_RAW\"] | .process.args = [\"sh\", \"-c\", \"$reach\"]"
      [ $when = after ] || link
      $runtime --root $root create --bundle $bundle early </dev/null >/run/early.out 2>&1 || cat /run/early.out
      echo "$when: exec $($runtime --root $root exec early sh -c "$reach" </dev/null)"
      [ $when = during ] || link
      $runtime --root $root start early </dev/null
      within 60 test -s /run/early.out; cat /run/early.out
      $runtime --root $root delete --force early
      ip netns del early; ip link del out 2>/dev/null
    done
    rm -f /run/early.*' </dev/null

  expect $'during: exec reached\nreached\nafter: exec alone\nreached' "$output" "what each reaches"
}
