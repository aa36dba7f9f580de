#!/usr/bin/env bats
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
