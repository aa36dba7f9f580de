#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The container is on every network that Docker draws, as any other: bridges, macvlan, ipvlan, published ports, networks that
# come and go while it runs.
# It also depends on src/test/lab/scenarios/nets.bash.
# It also depends on src/test/lab/scenarios/nets.

load helpers
load nets

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

@test "network: three networks with fixed addresses, a MAC and IPv6 on one of them" {
  nets 'docker network create --subnet 10.81.0.0/24 one >/dev/null
    docker network create --ipv6 --subnet 10.82.0.0/24 --subnet fd82::/64 two >/dev/null
    docker network create --internal --subnet 10.83.0.0/24 three >/dev/null
    docker create --runtime=$RUNTIME --name box --network one --ip 10.81.0.10 --mac-address 02:42:0a:51:00:99 $BUSYBOX sleep 600 >/dev/null
    docker network connect --ip 10.82.0.10 --ip6 fd82::10 two box
    docker network connect --ip 10.83.0.10 three box
    docker start box >/dev/null || exit
    docker exec -i box sh <<"END"
      on() { ip -o address | grep " $1/" | awk "{ print \$2 }"; }
      cat /sys/class/net/$(on 10.81.0.10)/address
      ip -o address | grep fd82: | grep -c tentative
      for gateway in 10.81.0.1 10.82.0.1 10.83.0.1 fd82::1; do ping -c 1 -w 10 $gateway >/dev/null && echo $gateway answers; done
      for address in 10.81.0.10 10.82.0.10 10.83.0.10; do echo "$address beside $(ip -6 -o address show dev $(on $address) | wc -l) of IPv6"; done
      ip -6 -o address | grep -o fd82::10/64
      ip route | grep -c ^default
END
    ping -c 1 -w 10 10.83.0.10 >/dev/null && ping -c 1 -w 10 fd82::10 >/dev/null && echo dom0 is answered
    alike_soon box'

  expect $'02:42:0a:51:00:99\n0
10.81.0.1 answers\n10.82.0.1 answers\n10.83.0.1 answers\nfd82::1 answers
10.81.0.10 beside 0 of IPv6\n10.82.0.10 beside 2 of IPv6\n10.83.0.10 beside 0 of IPv6\nfd82::10/64
1\ndom0 is answered\nalike' "$output" "what is seen"
}

@test "network: macvlan and ipvlan on links of dom0" {
  nets 'ip netns del near 2>/dev/null; ip link del parent0 2>/dev/null; ip link del parent1 2>/dev/null
    for parent in parent0 parent1; do ip link add $parent type veth peer name $parent-peer; ip link set $parent up; ip link set $parent-peer up; done
    docker network create -d macvlan -o parent=parent0 --subnet 10.84.0.0/24 mac >/dev/null
    docker network create -d ipvlan -o parent=parent1 -o ipvlan_mode=l2 --subnet 10.85.0.0/24 ipl >/dev/null
    # The gateway of each is a neighbour on the same parent: dom0 itself cannot be reached through it.
    ip netns add near
    ip link add near0 link parent0 netns near type macvlan mode bridge; ip -n near address add 10.84.0.1/24 dev near0; ip -n near link set near0 up
    ip link add near1 link parent1 netns near type ipvlan mode l2; ip -n near address add 10.85.0.1/24 dev near1; ip -n near link set near1 up
    docker create --runtime=$RUNTIME --name box --network mac --ip 10.84.0.10 $BUSYBOX sleep 600 >/dev/null
    docker network connect --ip 10.85.0.10 ipl box
    docker start box >/dev/null || exit
    for gateway in 10.84.0.1 10.85.0.1; do docker exec box ping -c 2 -w 10 $gateway >/dev/null && echo $gateway answers; done
    for address in 10.84.0.10 10.85.0.10; do ip netns exec near ping -c 2 -w 10 $address >/dev/null && echo $address is reached; done
    docker rm -f box >/dev/null; docker network rm mac ipl >/dev/null
    ip netns del near; ip link del parent0; ip link del parent1'

  expect $'10.84.0.1 answers\n10.85.0.1 answers\n10.84.0.10 is reached\n10.85.0.10 is reached' "$output" "what is seen"
}

@test "network: connect and disconnect while it runs" {
  nets 'docker network create --subnet 10.81.0.0/24 one >/dev/null
    docker network create --ipv6 --subnet 10.82.0.0/24 --subnet fd82::/64 two >/dev/null
    docker_run -d --name box --network one --ip 10.81.0.10 $BUSYBOX sleep 600 >/dev/null || exit
    alike_soon box
    docker network connect --ip 10.82.0.10 --ip6 fd82::10 two box; alike_soon box
    docker exec box ping -c 1 -w 10 10.82.0.1 >/dev/null && docker exec box ping -c 1 -w 10 fd82::1 >/dev/null && echo both gateways
    # The network of the start goes, and the one that came stays.
    docker network disconnect one box; alike_soon box
    docker exec box ip -o address | grep -c "10.81.0.10/"
    docker exec box ping -c 1 -w 10 10.82.0.1 >/dev/null && echo the other gateway
    docker network disconnect two box; alike_soon box
    docker exec box ip -o link | grep -vc ": lo"
    docker network connect --ip 10.81.0.11 one box; alike_soon box
    docker exec box ping -c 1 -w 10 10.81.0.1 >/dev/null && ping -c 1 -w 10 10.81.0.11 >/dev/null && echo again'

  expect $'alike\nalike\nboth gateways\nalike\n0\nthe other gateway\nalike\n0\nalike\nagain' "$output" "what is seen"
}

# What one more network may cost for good, after two that have warmed everything up: kilobytes for each of the twenty.
@test "network: twenty connects and disconnects leave nothing, and no memory grows" {
  nets 'docker network create --subnet 10.81.0.0/24 one >/dev/null; docker network create --subnet 10.82.0.0/24 two >/dev/null
    docker_run --rm $BUSYBOX true'
  leftovers_mark
  nets 'docker_run -d --name box --network one $BUSYBOX sleep 1200 >/dev/null || exit
    has() { docker exec box ip -o address | grep -q " 10.82.0.10/"; }
    has_not() { ! has; }
    once() {
      docker network connect --ip 10.82.0.10 two box && within 30 has || echo "not connected, round $1"
      docker network disconnect two box && within 30 has_not || echo "not disconnected, round $1"
    }
    pss() { awk "\$1 == \"Pss:\" { print \$2 }" /proc/$1/smaps_rollup 2>/dev/null || echo 0; }
    figures() {
      docker exec box awk "\$1 == \"MemAvailable:\" { print \"guest\", -\$2 }" /proc/meminfo
      echo monitor $(pss $(docker_pid box))
      engine=$(pgrep -x java) && echo engine $(pss $engine)
      awk "/^(SUnreclaim|VmallocUsed):/ { sum += \$2 } END { print \"kernel\", sum }" /proc/meminfo
    }
    once warm; once warm; figures | sort >/run/figures.before
    for round in $(seq 20); do once $round; done; figures | sort >/run/figures.after
    docker exec box ping -c 1 -w 10 10.81.0.1 >/dev/null && echo still there; alike_soon box
    docker rm -f box >/dev/null
    join /run/figures.before /run/figures.after | awk "{ print \"grown\", \$1, \$3 - \$2 }"'
  local grown
  grown=$(grep ^grown <<<"$output") || expect "figures" "$output" "what is seen"
  echo "# KiB after 20 rounds: $(tr '\n' ' ' <<<"$grown")" >&3
  expect $'still there\nalike' "$(grep -v ^grown <<<"$output")" "what is seen"
  leftovers_none
  [[ $RUNTIME == xen ]] || return 0
  awk '{ most["guest"] = 1024; most["monitor"] = 256; most["engine"] = 16384; most["kernel"] = 8192 }
    $3 > most[$2] { print $2 " has grown by " $3 " KiB, more than " most[$2]; bad = 1 } END { exit bad }' <<<"$grown"
}

# The same without Docker above it, and what Docker does not do: new names, other addresses, another MAC.
@test "network: links that come, change and go in the namespace do so inside" {
  nets '. /run/bundle.sh; runtime=xen-runc; [ $RUNTIME = xen ] || runtime=runc
    ip netns del live 2>/dev/null; ip netns add live; ip -n live link set lo up
    bundle_make "(.linux.namespaces[] | select(.type == \"network\")).path = \"/run/netns/live\"
      | .process.capabilities[] += [\"CAP_NET_RAW\"]"
    $runtime --root $root create --bundle $bundle live </dev/null >/run/live.out 2>&1 && $runtime --root $root start live </dev/null || cat /run/live.out
    inside() { $runtime --root $root exec live sh -c "$1" </dev/null; }
    link() {
      ip link add out$1 type veth peer name eth$1 netns live; ip address add 10.99.$1.1/24 dev out$1; ip link set out$1 up
      ip -n live address add 10.99.$1.2/24 dev eth$1; ip -n live link set eth$1 up
    }
    step() { within 30 inside "$2" && echo "$1"; }
    link 0; step come "ping -c 1 -w 2 10.99.0.1"
    ip -n live link set eth0 down; ip -n live link set eth0 name net9; ip -n live link set net9 up
    step renamed "ip -o address show dev net9 | grep 10.99.0.2 && ping -c 1 -w 2 10.99.0.1"
    ip address add 10.97.0.1/24 dev out0; ip -n live address add 10.97.0.2/24 dev net9
    step "one address more" "ping -c 1 -w 2 10.97.0.1 && ping -c 1 -w 2 10.99.0.1"
    ip -n live address del 10.99.0.2/24 dev net9; step "one address less" "! ip -o address | grep 10.99.0.2/ && ping -c 1 -w 2 10.97.0.1"
    ip -n live route add 10.98.0.0/24 via 10.97.0.1; step "a route" "ip route | grep \"10.98.0.0/24 via 10.97.0.1\""
    link 1; step "a second" "ping -c 1 -w 2 10.99.1.1 && ping -c 1 -w 2 10.97.0.1"
    ip -n live link set eth1 address 02:99:00:00:00:01; step "another MAC" "grep 02:99:00:00:00:01 /sys/class/net/eth1/address && ping -c 1 -w 2 10.99.1.1"
    ip link del out0; step gone "! ip link show dev net9 && ping -c 1 -w 2 10.99.1.1"
    $runtime --root $root delete --force live; ip netns del live; ip link del out1 2>/dev/null; rm -f /run/live.out'

  expect $'come\nrenamed\none address more\none address less\na route\na second\nanother MAC\ngone' "$output" "what is seen inside"
}

@test "network: ports published by TCP, UDP, as a range, to IPv6, and back to the container itself" {
  nets 'docker_run -d --name served -m 256m -v /run/nets:/nets:ro -p 8082:80 -p 9000-9002:9000-9002/udp $PROGRAMS \
      python3 /nets/words.py serve 80 9000 9001 9002 >/dev/null || exit
    say() { python3 /run/nets/words.py say "$@"; }
    within 90 say tcp 10.0.2.15 8082 up
    say tcp 10.0.2.15 8082 tcp; say tcp ::1 8082 "tcp by IPv6"
    for port in 9000 9001 9002; do say udp 10.0.2.15 $port "udp $port"; done
    say udp ::1 9000 "udp by IPv6"
    # docker-proxy answers UDP from the address that is nearest, which is the bridge.
    docker exec served python3 /nets/words.py say tcp 10.0.2.15 8082 "tcp from inside"
    docker exec served python3 /nets/words.py say udp 172.17.0.1 9000 "udp from inside"'

  expect $'tcp\ntcp by IPv6\nudp 9000\nudp 9001\nudp 9002\nudp by IPv6\ntcp from inside\nudp from inside' "$output" "the answers"
}

@test "network: fragments and multicast between two containers" {
  nets 'docker network create --subnet 10.81.0.0/24 one >/dev/null
    docker run -d --runtime=runc --name near --network one --ip 10.81.0.10 -v /run/nets:/nets:ro $PROGRAMS sleep 600 >/dev/null
    docker_run -d --name box --network one --ip 10.81.0.11 -m 256m -v /run/nets:/nets:ro $PROGRAMS sleep 600 >/dev/null || exit
    within 60 docker exec box true
    docker exec box ping -q -c 3 -w 20 -s 4000 10.81.0.10 | grep -o "[0-9] received"
    docker exec near ping -q -c 3 -w 20 -s 4000 10.81.0.11 | grep -o "[0-9] received"
    for pair in near:box box:near; do
      docker exec ${pair%:*} python3 /nets/words.py join 239.1.2.3 5000 >/run/joined &
      joiner=$!; within 30 grep joined /run/joined
      docker exec ${pair#*:} python3 -c "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b\"from ${pair#*:}\", (\"239.1.2.3\", 5000))"
      wait $joiner; tail -n 1 /run/joined
    done'

  expect $'3 received\n3 received\nfrom box\nfrom near' "$output" "what arrives"
}

@test "network: with NET_ADMIN links, tunnels and rules of its own, and tcpdump" {
  nets 'modprobe tun
    docker_run --rm -m 256m --cap-add NET_ADMIN --device /dev/net/tun $PROGRAMS sh -ec "
      ip link add mine type dummy; ip address add 10.9.0.1/24 dev mine; ip link set mine up
      ip tuntap add dev tun0 mode tun; ip address add 10.9.1.1/24 dev tun0; ip link set tun0 up; ip -o link | grep -cE \": (mine|tun0):\"
      timeout 60 tcpdump -Z root -l -n -c 2 -i eth0 icmp >/tmp/seen 2>/tmp/said & sleep 5
      ping -q -c 2 -w 10 172.17.0.1 >/dev/null; wait; grep -c \"ICMP echo\" /tmp/seen
      nft add table ip mine; nft add chain ip mine out \"{ type filter hook output priority 0; }\"
      nft add rule ip mine out ip daddr 172.17.0.1 icmp type echo-request drop
      ping -q -c 1 -w 3 172.17.0.1 >/dev/null || echo filtered"'

  expect $'2\n2\nfiltered' "$output" "what it can do"
}

# netavark makes the namespace before create and names it by its path; its name server is a program of dom0's own.
@test "network: podman's networks, two of them, names, and one that comes and goes" {
  nets 'case $RUNTIME in xen) binary=/usr/sbin/xen-runc ;; *) binary=/usr/sbin/runc ;; esac
    podman image exists $BUSYBOX || docker save $BUSYBOX | podman load -q >/dev/null
    trap "podman rm -f -t 0 box near >/dev/null 2>&1; podman network rm -f pod1 pod2 pod3 >/dev/null 2>&1" EXIT
    podman network create --subnet 10.94.0.0/24 pod1 >/dev/null; podman network create --subnet 10.95.0.0/24 pod2 >/dev/null; podman network create --subnet 10.96.0.0/24 pod3 >/dev/null
    podman --runtime /usr/sbin/runc run -d --name near --network pod1 $BUSYBOX sleep 600 >/dev/null
    podman --runtime $binary run -d --cap-add NET_RAW --name box --network pod1:ip=10.94.0.10 --network pod2:ip=10.95.0.10 $BUSYBOX sleep 600 >/dev/null || exit
    inside() { podman --runtime $binary exec box "$@"; }
    within 60 inside true
    for gateway in 10.94.0.1 10.95.0.1; do inside ping -c 1 -w 10 $gateway >/dev/null && echo $gateway answers; done
    inside nslookup -type=a near.dns.podman | grep -c "$(podman inspect -f "{{.NetworkSettings.Networks.pod1.IPAddress}}" near)"
    podman network connect --ip 10.96.0.10 pod3 box
    within 30 inside ping -c 1 -w 2 10.96.0.1 && echo come
    podman network disconnect pod3 box
    within 30 inside sh -c "! ip -o address | grep -q 10.96.0.10/" && echo gone'

  expect $'10.94.0.1 answers\n10.95.0.1 answers\n1\ncome\ngone' "$output" "what is seen"
}

# From 28 on dockerd sets the network up between create and start. This is Debian's own 28 or later in the place of 26.
@test "network: the dockerd that sets it up between create and start" {
  nets '[ -x /usr/lib/lab/dockerd-28 ] || { echo "the image has no dockerd 28: its build.log says why"; exit; }
    late() { docker -H unix:///run/docker-28.sock "$@"; }
    docker save $BUSYBOX >/run/busybox.tar
    restore() {
      late ps -aq 2>/dev/null | xargs -r docker -H unix:///run/docker-28.sock rm -f >/dev/null
      late network prune -f >/dev/null
      kill $daemon; within 60 [ ! -d /proc/$daemon ]
      for chain in DOCKER-FORWARD DOCKER-BRIDGE DOCKER-CT DOCKER-INTERNAL; do
        iptables -D FORWARD -j $chain; iptables -F $chain; iptables -X $chain
      done 2>/dev/null
      systemctl start docker.socket docker; within 120 docker version
    }
    systemctl stop docker.socket docker 2>/dev/null
    printf "%s" "{\"runtimes\": {\"xen\": {\"path\": \"/usr/sbin/xen-runc\"}}, \"bridge\": \"none\",
      \"hosts\": [\"unix:///run/docker-28.sock\"], \"containerd\": \"/run/containerd/containerd.sock\", \"data-root\": \"/var/lib/docker-28\",
      \"containerd-namespace\": \"docker-28\", \"containerd-plugins-namespace\": \"docker-28-plugins\",
      \"exec-root\": \"/run/docker-28\", \"pidfile\": \"/run/docker-28.pid\"}" >/run/docker-28.json
    /usr/lib/lab/dockerd-28 --config-file /run/docker-28.json >/run/docker-28.log 2>&1 & daemon=$!
    trap restore EXIT
    within 120 late version || { tail -n 20 /run/docker-28.log; exit; }
    late version -f "{{.Server.Version}}" | awk -F. "{ print (\$1 >= 28 ? \"28 or later\" : \$0) }"
    late load -q -i /run/busybox.tar >/dev/null
    late network create --subnet 10.81.0.0/24 one >/dev/null; late network create --ipv6 --subnet 10.82.0.0/24 --subnet fd82::/64 two >/dev/null
    late create --runtime=$RUNTIME --name box --network one --ip 10.81.0.10 $BUSYBOX sh -c "ip -o address | grep -o 10.81.0.10/24; exec sleep 600" >/dev/null
    late network connect --ip 10.82.0.10 --ip6 fd82::10 two box
    late start box >/dev/null || { tail -n 20 /run/docker-28.log; exit; }
    within 60 sh -c "docker -H unix:///run/docker-28.sock logs box | grep -q ."; late logs box
    for gateway in 10.81.0.1 10.82.0.1 fd82::1; do late exec box ping -c 1 -w 10 $gateway >/dev/null && echo $gateway answers; done
    late exec box nslookup -type=a box 127.0.0.11 | grep -oE "10.8[12].0.10" | head -n 1 | cut -c 1-3
    late network disconnect two box
    within 30 sh -c "! docker -H unix:///run/docker-28.sock exec box ip -o address | grep -q 10.82.0.10/" && echo gone'

  expect $'28 or later\n10.81.0.10/24\n10.81.0.1 answers\n10.82.0.1 answers\nfd82::1 answers\n10.\ngone' "$output" "what is seen"
}
