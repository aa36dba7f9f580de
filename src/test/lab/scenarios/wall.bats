#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The wall: what leaves a guest is its container's, and what a guest sends in numbers is its own affair. On runc, whose
# containers have CAP_NET_RAW from Docker, every frame arrives: that shows that these frames do.
# It also depends on src/test/lab/scenarios/nets.bash.
# It also depends on src/test/lab/scenarios/nets.

load helpers
load nets

# walled SCRIPT [BEFORE] runs it when `hostile`, of the runtime under test, and `neighbour`, of runc, are on one network.
walled() {
  nets "${2-}"'
    docker network create --ipv6 --subnet 10.91.0.0/24 --subnet fd91::/64 walled >/dev/null
    docker run -d --runtime=runc --name neighbour --network walled --ip 10.91.0.10 --ip6 fd91::10 $BUSYBOX sleep 1200 >/dev/null
    docker_run -d --name hostile -m 256m --network walled --ip 10.91.0.11 --ip6 fd91::11 -v /run/nets:/nets:ro $PROGRAMS sleep 1200 >/dev/null || exit
    within 90 docker exec hostile true || exit
'"$1"
}

# What the neighbour hears of all frames. It listens in its namespace in dom0, before its own stack.
hear='in_netns neighbour python3 /run/nets/frames.py hear eth0 >/run/heard 2>&1 & hearer=$!
    within 30 grep -q hears /run/heard
    docker exec hostile python3 /nets/frames.py send eth0 $(mac neighbour walled) 10.91.0.10 fd91::10 10.91.0.1
    wait $hearer; grep -vx hears /run/heard
'

all_frames() {
  host 'python3 /run/nets/frames.py names' </dev/null
}

@test "wall: of a hostile guest's frames a neighbour hears those of its own addresses" {
  walled "$hear"'docker exec neighbour ping -c 2 -w 10 10.91.0.1 >/dev/null && docker exec neighbour ping -c 2 -w 10 10.91.0.11 >/dev/null && echo all answer'

  if [[ $RUNTIME == xen ]]; then
    expect $'legal-arp\nlegal-ipv4\nlegal-ipv6\nall answer' "$output" "what is heard"
  else
    expect "$(all_frames)" "$(grep -v answer <<<"$output")" "what is heard"
  fi
}

@test "wall: with spoofing = true a container that has NET_RAW sends what it wants, and another one does not" {
  only_on_xen
  "$LAB" cp "$BATS_TEST_DIRNAME/bundle.sh" /run/
  walled "$hear"'docker_run -d --name meek --network walled --cap-drop NET_RAW $BUSYBOX sleep 600 >/dev/null || exit
    within 60 docker exec meek true
    drops() { in_netns $1 tc filter show dev $(in_netns $1 ip -o link | grep -o "vif[0-9.]*" | head -n 1) ingress | grep -c drop; }
    [ "$(drops hostile)" = 0 ] && [ "$(drops meek)" -gt 0 ] && echo a wall for the other
    docker rm -f hostile meek >/dev/null' '. /run/bundle.sh
    trap "engine_restart_with \"\"" EXIT
    [ -e /run/config.kept ] || cp /etc/xen-runc/config.toml /run/config.kept
    sed "s/^#spoofing = .*/spoofing = true/" /run/config.kept >/etc/xen-runc/config.toml; grep -c ^spoofing /etc/xen-runc/config.toml
    engine_end'

  expect $'1\n'"$(all_frames)"$'\na wall for the other' "$output" "what is heard"
}

# Times are the medians of five, beside those without a flood; under emulation guest and dom0 share two processors.
@test "wall: dom0 and a neighbour go on while a guest sends and asks as fast as it can" {
  walled 'measured() {
      echo "$1 docker-ps $(middle_ms docker ps)"
      echo "$1 name $(middle_ms docker exec neighbour nslookup -type=a hostile 127.0.0.11)"
      echo "$1 pings $(in_netns neighbour ping -q -c 20 -i 0.2 -w 30 10.91.0.1 | sed -n "s/.* \([0-9]*\) received.*/\1/p")"
    }
    floods() {
      docker exec -d hostile timeout 300 python3 /nets/flood.py "$@"
      sleep 5; measured $1; docker exec hostile pgrep -f "[f]lood.py" >/dev/null || echo "the flood of $1 was over"
      docker exec hostile pkill -f "[f]lood.py"; sleep 2
    }
    measured idle
    floods datagrams 200 10.91.0.10
    [ $RUNTIME = runc ] || floods names 200 # of which dockerd itself would take all
    within 60 docker exec hostile getent hosts neighbour && echo goes on'

  echo "# $(tr '\n' ';' <<<"$output")" >&3
  [[ $output == *"goes on" && $output != *over* ]] || expect "goes on" "$output" "what is seen"
  [[ $RUNTIME == xen ]] || return 0
  awk '$1 == "idle" { idle[$2] = $3 }
    $2 == "pings" && $3 < 18 { print $0 ": fewer than 18 of 20 came back"; bad = 1 }
    ($2 == "docker-ps" || $2 == "name") && $3 > 6 * idle[$2] { print $0 " ms, more than six times " idle[$2]; bad = 1 }
    END { exit bad || NR != 10 }' <<<"$output"
}

@test "wall: a rate by annotation holds" {
  only_on_xen
  "$LAB" cp "$BATS_TEST_DIRNAME/bundle.sh" /run/
  nets '. /run/bundle.sh
    engine_restart_with "allowed_annotations = [\"org.xen-runc.network-rate-mbit\"]"
    socat -u TCP-LISTEN:7001,reuseaddr OPEN:/dev/null & sink=$!
    trap "kill \$sink 2>/dev/null; engine_restart_with \"\"" EXIT
    docker_run --rm --annotation org.xen-runc.network-rate-mbit=2 $BUSYBOX sh -c "
      begin=\$(date +%s); head -c 2097152 /dev/zero | nc 172.17.0.1 7001; echo \$((\$(date +%s) - begin))"'

  # 16 Mbit at 2 Mbit/s are 8 s, of which the kernel's buffers may hide some.
  [[ $output =~ ^[0-9]+$ ]] && ((output >= 6)) || expect "6 s at least" "$output" "seconds for 2 MiB"
}
