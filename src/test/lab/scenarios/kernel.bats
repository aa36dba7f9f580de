#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the guest's kernel gives a container: randomness, time, silence; netfilter, links and Docker itself for those who
# may administer their network.

load helpers

# clock OPTION… starts the container `clock`; then `right` asks it for its time over its stdin and compares.
clock='clock() {
    rm -f /run/asked /run/told; mkfifo /run/asked /run/told
    docker_run --rm -i --name clock "$@" $BUSYBOX sh -c "echo up; while read -r _; do date +%s; done" </run/asked >/run/told &
    exec 8>/run/asked 9</run/told
    read -r up <&9 && [ "$up" = up ]
  }
  right() {
    before=$(date +%s); echo >&8; read -r there <&9; after=$(date +%s)
    if [ "$there" -ge $((before - 1)) ] && [ "$there" -le $((after + 1)) ]; then echo right; else echo "$there, not $before to $after"; fi
  }
'

# bats test_tags=core
@test "kernel: a container has randomness at once, and no word of the kernel's" {
  run host 'docker_run --rm $BUSYBOX sh -c "
      read -r before _ </proc/uptime; head -c 64 /dev/random | wc -c; read -r after _ </proc/uptime
      echo \$before \$after | awk \"{ print (\\\$2 - \\\$1 < 2 ? \\\"at once\\\" : \\\$2 - \\\$1) }\"
      dmesg >/dev/null 2>&1 || echo unread; ls /dev/kmsg 2>/dev/null; true" 2>&1' </dev/null

  expect $'64\nat once\nunread' "$output" "all that came out"
}

@test "kernel: the clock is dom0's at the start and after ten seconds of pause" {
  run host "$clock"'clock || exit; right
    docker pause clock >/dev/null; sleep 10; docker unpause clock >/dev/null; right' </dev/null

  expect $'right\nright' "$output" "the clocks"
}

@test "kernel: a clock that is wrong is set right when the container goes on" {
  only_on_xen # runc's would be the host's own
  run host "$clock"'clock --cap-add SYS_TIME || exit
    docker exec clock date -s @1000000000 >/dev/null; right | grep -o "^10000000"
    docker pause clock >/dev/null; docker unpause clock >/dev/null; right' </dev/null

  expect $'10000000\nright' "$output" "the clocks"
}

@test "kernel: a container without capabilities for it has the small kernel, in 16 MiB" {
  only_on_xen
  run host 'docker_run --rm $BUSYBOX sh -c "
      ls /proc/sys/net | grep -e bridge -e netfilter; awk \"\\\$1 == \\\"MemAvailable:\\\" { print \\\$2 }\" /proc/meminfo"
    docker_run --rm --cap-add NET_ADMIN $BUSYBOX sh -c "
      ls /proc/sys/net | grep -e bridge -e netfilter; awk \"\\\$1 == \\\"MemAvailable:\\\" { print \\\$2 }\" /proc/meminfo"' </dev/null

  # Two lines of memory, and between them what only the second has.
  local seen=$'^([0-9]+)\nbridge\nnetfilter\n([0-9]+)$'
  [[ $output =~ $seen ]] || expect "MemAvailable twice" "$output" "what they see"
  echo "# without MemAvailable: $((131072 - BASH_REMATCH[1])) KiB, with the admin kernel $((131072 - BASH_REMATCH[2])) KiB" >&3
  ((131072 - BASH_REMATCH[1] <= 16384))
}

@test "kernel: nft and iptables rules, and NAT between links of the container's own" {
  run host 'docker_run --rm --privileged -m 256m $PROGRAMS sh -ec "
      nft add table inet mine
      nft add chain inet mine in \"{ type filter hook input priority 0; }\"
      nft add rule inet mine in tcp dport 99 counter reject
      nft list ruleset | grep -o \"tcp dport 99\"
      ip link add br0 type bridge; ip address add 10.9.0.1/24 dev br0; ip link set br0 up
      ip netns add within; ip link add inside type veth peer name outside; ip link set outside master br0 up
      ip link set inside netns within; ip -n within address add 10.9.0.2/24 dev inside; ip -n within link set inside up
      ip -n within route add default via 10.9.0.1
      ip link add type dummy
      mkdir -p /dev/net; [ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200; ip tuntap add dev tun0 mode tun
      iptables -t nat -A OUTPUT -p tcp -d 10.9.0.1 --dport 8080 -m addrtype --dst-type LOCAL -j DNAT --to-destination 10.9.0.2:80
      iptables -t nat -A POSTROUTING -s 10.9.0.0/24 ! -o br0 -j MASQUERADE
      iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment mine -j ACCEPT
      iptables-save | grep -c -e DNAT -e MASQUERADE -e ctstate
      echo through NAT >/tmp/page; cd /tmp; ip netns exec within python3 -m http.server 80 >/dev/null 2>&1 &
      for try in 1 2 3 4 5 6 7 8 9 10; do sleep 1
        python3 -c \"import urllib.request as u; print(u.urlopen(\\\"http://10.9.0.1:8080/page\\\").read().decode(), end=\\\"\\\")\" 2>/dev/null && break
      done"' </dev/null

  expect $'tcp dport 99\n3\nthrough NAT' "$output" "rules and what passes them"
}

# docker_within COMMAND OPTION… runs dockerd in a container, with its data where OPTIONs put it, a container in it, and then COMMAND. cgroup2
# wants no process beside groups that are limited: what docker:dind's entry point does about it. dockerd waits 15 s for
# its containerd, which the emulated machine takes to read the program alone.
docker_within='docker_within() {
    last=$1; shift
    docker save $BUSYBOX >/run/busybox.tar
    docker_run --rm --privileged -m 768m -v /run/busybox.tar:/busybox.tar:ro "$@" $PROGRAMS sh -ec "
      mkdir /sys/fs/cgroup/init
      for pid in \$(cat /sys/fs/cgroup/cgroup.procs); do echo \$pid 2>/dev/null >/sys/fs/cgroup/init/cgroup.procs || true; done
      sed \"s/\\([a-z]\\+\\)/+\\1/g\" /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
      containerd >/tmp/containerd.log 2>&1 &
      for try in \$(seq 60); do ctr version >/dev/null 2>&1 && break; sleep 1; done
      dockerd --containerd /run/containerd/containerd.sock >/tmp/dockerd.log 2>&1 &
      for try in \$(seq 60); do docker info >/dev/null 2>&1 && break; sleep 1; done
      docker info -f \"{{.Driver}}\" || { tail -n 20 /tmp/dockerd.log; exit 1; }
      docker load -qi /busybox.tar >/dev/null
      docker run --rm $BUSYBOX sh -c \"echo within; ip route | grep -c default; ping -c 1 -w 20 \\\$(ip route | sed -n s/^default.via.//p | cut -d\\\" \\\" -f1) >/dev/null && echo connected\"
      $last"
  }
'

@test "kernel: docker in a container, on a tmpfs" {
  run host "$docker_within"'# docker says here that the guest has no swap.
    docker_within "docker run --rm -m 32m $BUSYBOX true 2>/tmp/said && echo limited || cat /tmp/said" --tmpfs /var/lib/docker:exec,size=512m' </dev/null

  expect $'overlay2\nwithin\n1\nconnected\nlimited' "$output" "docker in docker"
}

@test "kernel: docker in a container, on a volume" {
  run host "$docker_within"'docker volume create within >/dev/null
    docker_within true -v within:/var/lib/docker; docker volume rm within >/dev/null' </dev/null

  if [[ $RUNTIME == xen ]]; then driver=vfs; else driver=overlay2; fi
  expect "$driver"$'\nwithin\n1\nconnected' "$output" "docker in docker"
}
