#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Docker's resolver, 127.0.0.11, answers inside: names of containers by dockerd, all others by the name server of --dns, which
# runs in dom0 here.
# It also depends on src/test/lab/scenarios/nets.bash.
# It also depends on src/test/lab/scenarios/nets.

load helpers
load nets

# named SCRIPT runs it when `asker` runs, on one network with `twin1` and `twin2`: one of each for the whole file.
named() {
  nets 'name_server_start
    docker inspect asker twin1 twin2 >/dev/null 2>&1 || {
      docker rm -f asker twin1 twin2; docker network rm named
      docker network create --subnet 10.90.0.0/24 named
      docker run -d --runtime=runc --name twin1 --network named --network-alias twin --network-alias database $BUSYBOX sleep 3600
      docker_run -d --name twin2 --network named --network-alias twin $BUSYBOX sleep 3600
      docker_run -d --name asker -m 256m --network named --dns 10.90.0.1 --dns-search example -v /run/nets:/nets:ro $PROGRAMS sleep 3600
    } >/run/named.log 2>&1
    within 90 docker exec asker true || { cat /run/named.log; exit; }
    asks() { docker exec asker "$@"; }
'"$1"
}

KEEPS=yes
teardown_file() {
  remove_networks
  host '. /run/nets/dom0.sh; name_server_end' </dev/null || true
}

@test "names: a container's, its alias, back from the address, outside, by the search list, and none" {
  named 'one=$(address twin1 named)
    for name in twin1 database n7.example n8; do asks getent ahostsv4 $name | awk "\$2 == \"STREAM\" { print \$1 }"; done | sed "s/^$one\$/twin1/"
    asks getent hosts $one | awk "{ print \$2 }"; asks dig +short -x 192.0.2.9
    asks dig +short +tcp twin1 | sed "s/^$one\$/twin1 by TCP/"
    asks dig twin1 aaaa | grep -o "status: [A-Z]*"
    docker exec -u 1000:1000 asker getent hosts twin2 >/dev/null && echo for another user
    asks dig nowhere.example | grep -o "status: [A-Z]*"; asks getent hosts nowhere.example; echo $?'

  expect $'twin1\ntwin1\n192.0.2.7\n192.0.2.8\ntwin1.named\nn9.example.\ntwin1 by TCP\nstatus: NOERROR\nfor another user\nstatus: NXDOMAIN\n2' \
    "$output" "the answers"
}

@test "names: an alias of two is answered with both, each of them first, and both are reached" {
  named 'asks sh -c "for n in \$(seq 16); do dig +short twin | head -n 1; done" | sort -u | wc -l
    asks dig +short twin | sort >/run/both; { address twin1 named; address twin2 named; } | sort | cmp - /run/both && echo both
    for address in $(cat /run/both); do asks ping -q -c 1 -w 10 $address | grep -o "1 received"; done'

  expect $'2\nboth\n1 received\n1 received' "$output" "the answers"
}

@test "names: answers that are too large for UDP, and for one frame" {
  named 'asks dig +ignore large.example | grep -o "flags: [a-z ]*;" | grep -ow tc
    asks dig +short large.example | wc -l
    asks getent ahostsv4 large.example | awk "{ print \$1 }" | sort -u | wc -l
    asks dig +short +tcp huge.example | sort -u | wc -l'

  expect $'tc\n100\n100\n2500' "$output" "how many addresses come"
}

@test "names: a hundred questions at once" {
  named 'asks python3 /nets/names.py together twin1 100
    asks python3 /nets/names.py together n%d.example 100
    seq 100 | docker exec -i asker xargs -P 20 -I {} getent hosts n{}.example | wc -l'

  expect $'100 answered\n100 answered\n100' "$output" "what became of them"
}

@test "names: resolv.conf is Docker's own file" {
  named 'asks cat /etc/resolv.conf >/run/resolv.conf; cmp /run/resolv.conf $(docker inspect -f "{{.ResolvConfPath}}" asker) && echo the same
    grep -E "^(nameserver|search|options)" /run/resolv.conf'

  expect $'the same\nnameserver 127.0.0.11\nsearch example\noptions ndots:0' "$output" "the file"
}

@test "names: a name server of the container's own on port 53 of all addresses" {
  named 'docker exec -d asker sh -c "echo \$\$ >/tmp/own; exec python3 /nets/name_server.py 0.0.0.0 >/tmp/said 2>&1"
    within 30 asks dig +short +time=1 +tries=1 @127.0.0.1 n5.example
    asks dig +short @127.0.0.1 n5.example; asks dig +short +tcp @127.0.0.1 n5.example
    asks dig @127.0.0.1 twin1 | grep -o "status: [A-Z]*"
    [ "$(asks dig +short twin1)" = "$(address twin1 named)" ] && echo and Docker
    [ "$(asks dig +short +tcp twin1)" = "$(address twin1 named)" ] && echo and Docker by TCP
    docker exec twin1 nslookup -type=a n6.example $(address asker named) | grep -o 192.0.2.6
    asks sh -c "cat /tmp/said; kill \$(cat /tmp/own)"'

  expect $'192.0.2.5\n192.0.2.5\nstatus: NXDOMAIN\nand Docker\nand Docker by TCP\n192.0.2.6' "$output" "the answers"
}

# dockerd itself takes whatever a container of runc asks, and is busy with it for minutes: there it is asked for a second.
@test "names: after queries as fast as they go, bytes that are none, and answers that nobody reads, names are answered" {
  named 'seconds=10; [ $RUNTIME = xen ] || seconds=1
    asks timeout 60 python3 /nets/flood.py names $seconds >/run/flood.names
    within 60 asks dig +short +time=5 +tries=1 twin1 && asks dig +short twin1 | grep -c .
    asks timeout 60 python3 /nets/flood.py garbage $seconds >/run/flood.garbage
    within 60 asks dig +short +time=5 +tries=1 twin1 && asks dig +short twin1 | grep -c .
    asks dig +short +tcp huge.example | sort -u | wc -l
    docker exec twin2 nslookup -type=a twin1 127.0.0.11 | grep -c "$(address twin1 named)"
    grep -c sent /run/flood.names /run/flood.garbage | cut -d: -f 2'

  expect $'1\n1\n2500\n1\n1\n1' "$output" "the answers"
}

@test "names: the default bridge has --link, --add-host and --dns, and no resolver; a network that comes brings it" {
  named 'docker run -d --runtime=runc --name peer $BUSYBOX sleep 600 >/dev/null
    docker_run -d --name linked -m 256m --link peer:base --add-host far:10.9.9.9 --add-host gate:host-gateway --hostname inner --domainname example.org \
      --dns 172.17.0.1 --dns-search example --dns-option attempts:3 -v /run/nets:/nets:ro $PROGRAMS sleep 600 >/dev/null || exit
    docker exec -i linked sh <<"END" | sed "s/$(docker inspect -f "{{.NetworkSettings.IPAddress}}" peer)/PEER/"
      for name in base far gate; do getent hosts $name | awk "{ print \$1, \$2 }"; done
      hostname -f; env | grep -c ^BASE_NAME=
      grep -E "^(nameserver|search|options)" /etc/resolv.conf; getent ahostsv4 n7 | awk "NR == 1 { print \$1 }"
      dig +time=3 +tries=1 @127.0.0.11 twin1 >/dev/null; echo $?
END
    docker network connect named linked
    within 30 docker exec linked dig +short +time=2 +tries=1 @127.0.0.11 twin1 && echo resolves
    docker network disconnect named linked
    docker rm -f peer linked >/dev/null'

  expect $'PEER base\n10.9.9.9 far\n172.17.0.1 gate\ninner.example.org\n1
nameserver 172.17.0.1\nsearch example\noptions attempts:3\n192.0.2.7\n9\nresolves' "$output" "what is seen"
}
