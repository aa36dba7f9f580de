# SPDX-License-Identifier: Apache-2.0
# Sourced in dom0 by the scenarios of networks, after what `host` defines.
# shellcheck shell=sh

docker_pid() { docker inspect -f '{{.State.Pid}}' "$1"; }

# address CONTAINER NETWORK prints its IPv4 address there.
address() {
  docker inspect -f "{{(index .NetworkSettings.Networks \"$2\").IPAddress}}" "$1"
}

mac() {
  docker inspect -f "{{(index .NetworkSettings.Networks \"$2\").MacAddress}}" "$1"
}

# in_netns CONTAINER COMMAND… runs it in dom0, in the container's network namespace.
in_netns() {
  in_netns_pid=$(docker_pid "$1")
  shift
  nsenter -n -t "$in_netns_pid" "$@"
}

# alike CONTAINER is true if links, addresses and routes inside, where busybox must be, are those of the namespace in dom0.
alike() {
  in_netns "$1" busybox sh /run/nets/state.sh >"/run/$1.namespace"
  docker exec -i "$1" busybox sh </run/nets/state.sh >"/run/$1.inside"
  cmp -s "/run/$1.namespace" "/run/$1.inside"
}

# alike_soon CONTAINER says what differs when that is not so within 30 s.
alike_soon() {
  within 30 alike "$1" && echo alike && return
  echo "in the namespace (<), inside (>):"
  diff "/run/$1.namespace" "/run/$1.inside" | grep '^[<>]'
}

now_ms() { date +%s%3N; }

# middle_ms COMMAND… prints the median of the milliseconds that five runs of it take.
middle_ms() {
  for _ in 1 2 3 4 5; do
    middle_begin=$(now_ms)
    "$@" >/dev/null 2>&1
    echo $(($(now_ms) - middle_begin))
  done | sort -n | sed -n 3p
}

# name_server_start has the zone `example` served on dom0's addresses, unless that is so already.
name_server_start() {
  [ ! -e /run/name_server.pid ] || [ ! -d "/proc/$(cat /run/name_server.pid)" ] || return 0
  setsid python3 /run/nets/name_server.py 0.0.0.0 </dev/null >/run/name_server.log 2>&1 &
  echo $! >/run/name_server.pid
  within 20 sh -c "ss -Hlnt | grep -q '0.0.0.0:53 '"
}

name_server_end() {
  kill "$(cat /run/name_server.pid)"
  rm -f /run/name_server.*
}

# report prints what explains a failure: each container's network in dom0 and inside, and the ends of the logs.
report() {
  for report_name in $(docker ps --format '{{.Names}}'); do
    echo "== $report_name, its namespace in dom0:"
    in_netns "$report_name" sh -c 'ip -o address; ip route; ip -6 route; iptables -t nat -S | grep -i dnat
      for link in $(ip -o link | sed "s/^[0-9]*: \([^:@]*\).*/\1/"); do tc -s filter show dev $link ingress | head -n 60; done'
    echo "== $report_name, inside:"
    timeout 20 docker exec "$report_name" sh -c 'ip -o address; ip route; ip -6 route; cat /etc/resolv.conf'
  done
  echo "== logs"
  tail -n 30 /var/log/xen-runc/engine.log
  tail -n 10 /var/log/xen-runc/monitor.log
  journalctl -u docker -n 20 --no-pager -o cat
  xl dmesg | tail -n 15
}
