#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every failure is one clear line and exit code 1, and leaves nothing behind.
# It also depends on src/test/lab/scenarios/crash.sh.

load helpers

setup_file() {
  RUNTIME=xen
  "$BATS_TEST_DIRNAME/../lab" cp "$BATS_TEST_DIRNAME"/{bundle,crash}.sh /run/
  host '. /run/bundle.sh; bundle_make; docker_run --rm $BUSYBOX true' </dev/null
  leftovers_mark
}

setup() {
  only_on_xen
  [[ ! -e $BATS_FILE_TMPDIR/failed ]] || leftovers_mark
  rm -f "$BATS_FILE_TMPDIR/failed"
}

# What exists is compared with what the file began with, or what a scenario left that failed.
teardown() {
  [[ -n ${BATS_TEST_COMPLETED-} ]] || {
    host 'xl dmesg | tail -n 30' </dev/null || true
    touch "$BATS_FILE_TMPDIR/failed"
  }
  remove_all
}

# refuses SCRIPT runs it with bundle.sh at hand; its output names what was wrong, so there must be none.
refuses() {
  run host ". /run/bundle.sh; $1" </dev/null
  expect "" "$output" "complaints"
  leftovers_none
}

@test "failures: a missing rootfs" {
  refuses 'bundle_make ".root.path = \"nowhere\""; refused "rootfs .*nowhere" xen_runc create --bundle $bundle f1'
}

@test "failures: a bad config.json" {
  refuses 'bundle_make; echo "{\"ociVersion\":" >$bundle/config.json
    refused "config.json" xen_runc create --bundle $bundle f2'
}

# bats test_tags=core
@test "failures: a network namespace that is missing, or the host's" {
  refuses '
    bundle_make "(.linux.namespaces[] | select(.type == \"network\")).path = \"/run/netns/nowhere\""
    refused "network namespace" xen_runc create --bundle $bundle f3
    bundle_make "(.linux.namespaces[] | select(.type == \"network\")).path = \"/proc/1/ns/net\""
    refused "network namespace" xen_runc create --bundle $bundle f3
    bundle_make "del(.linux.namespaces[] | select(.type == \"network\"))"
    refused "network namespace" xen_runc create --bundle $bundle f3'
}

@test "failures: the network of another container, which goes on" {
  refuses '
    touch /run/shared.ns; unshare --net=/run/shared.ns true
    bundle_make "(.linux.namespaces[] | select(.type == \"network\")).path = \"/run/shared.ns\""
    xen_runc create --bundle $bundle f11 </dev/null >/dev/null 2>&1 || echo "not even one"
    refused "sharing it is not supported" xen_runc create --bundle $bundle f12
    xen_runc delete --force f11
    umount /run/shared.ns; rm /run/shared.ns'
  run host 'docker_run -d --name box $BUSYBOX sleep 600 >/dev/null; within 60 docker exec box true
    docker_run --rm --network container:box $BUSYBOX true 2>&1 | grep -o "sharing it is not supported"
    docker exec box ping -c 1 -w 10 172.17.0.1 >/dev/null && echo answered' </dev/null

  expect $'sharing it is not supported\nanswered' "$output" "what is seen"
}

@test "failures: a vif that cannot be joined, and why" {
  refuses '
    ip netns add hotplug; ip -n hotplug link add eth0 type veth peer name other
    bundle_make "(.linux.namespaces[] | select(.type == \"network\")).path = \"/run/netns/hotplug\""
    xen_runc create --bundle $bundle f13 </dev/null >/dev/null 2>&1
    # Whichever number the vif gets: it is tried before start, too.
    vif=vif$(xl list | awk "END { print \$2 }")
    for number in 0 1 2 3 4 5 6 7; do ip -n hotplug link add $vif.$number type veth peer name other$number; done
    ip -n hotplug link set eth0 up
    refused "plug vif of eth0: .*xen-hotplug online .* exited with error status 1: move to the container.s network: $vif.*File exists" \
      xen_runc start f13
    xen_runc delete --force f13
    ip netns del hotplug'
}

# bats test_tags=core
@test "failures: the guest's kernel image is missing" {
  refuses 'bundle_make; mv /usr/lib/xen-runc/vmlinux /run/vmlinux
    refused "kernel.*vmlinux" xen_runc create --bundle $bundle f4
    mv /run/vmlinux /usr/lib/xen-runc/vmlinux'
}

@test "failures: no memory left for the domain" {
  refuses 'bundle_make ".linux.resources.memory.limit = 68719476736"
    refused "memory" xen_runc create --bundle $bundle f5'
}

@test "failures: xenstored does not answer" {
  run host '. /run/bundle.sh; bundle_make
    xenstored=$(pgrep -o "xenstored"); kill -STOP $xenstored
    refused "xenstore|libxl" timeout 110 xen-runc --root $root --log $log --log-format json create --bundle $bundle f6
    kill -CONT $xenstored
    xen_runc delete --force f6' </dev/null
  expect "" "$output" "complaints"
  leftovers_none
}

@test "failures: an agent that never calls back" {
  refuses 'bundle_make
    mkdir -p /run/mute && cp /bin/busybox /run/mute/init && (cd /run/mute && echo init | cpio -o -H newc --quiet >/run/mute.cpio)
    mv /usr/lib/xen-runc/initramfs.cpio /run/kept.cpio; cp /run/mute.cpio /usr/lib/xen-runc/initramfs.cpio
    xen_runc create --bundle $bundle f7 </dev/null >/dev/null 2>&1
    refused "agent" xen_runc start f7
    xen_runc delete --force f7
    mv /run/kept.cpio /usr/lib/xen-runc/initramfs.cpio'
}

@test "failures: SIGKILL of the monitor destroys the domain and docker says 137" {
  run host 'docker_run -d --name victim $BUSYBOX sleep 600 >/dev/null
    kill -9 $(docker inspect -f "{{.State.Pid}}" victim)
    docker wait victim
    within 10 sh -c "[ \$(xl list | wc -l) = 2 ]" && echo no domain
    docker rm victim' </dev/null
  expect $'137\nno domain\nvictim' "$output" "what is seen"
  leftovers_none
}

@test "failures: SIGKILL of the file server ends the container" {
  run host 'docker_run -d --name victim $BUSYBOX sleep 600 >/dev/null
    kill -9 $(pgrep -P $(docker inspect -f "{{.State.Pid}}" victim))
    docker wait victim; docker rm victim' </dev/null
  expect $'255\nvictim' "$output" "what is seen"
  leftovers_none
}

@test "failures: SIGKILL of the engine harms no container, and the next engine goes on" {
  run host '. /run/bundle.sh; docker_run -d --name victim $BUSYBOX sh -c "trap \"exit 5\" TERM; while :; do sleep 0.1; done" >/dev/null
    sleep 1; kill -9 $(engine_pid); docker ps --format "{{.Names}}"
    docker stop -t 60 victim; docker wait victim; docker rm victim' </dev/null
  expect $'victim\nvictim\n5\nvictim' "$output" "what is seen"
  leftovers_none
}

@test "failures: SIGKILL of the launcher in the middle of create" {
  run host '. /run/bundle.sh; bundle_make
    for wait in 0.1 0.3 0.6 1 1.5; do
      xen_runc create --bundle $bundle f8 </dev/null >/dev/null 2>&1 & launcher=$!
      sleep $wait; kill -9 $launcher 2>/dev/null; wait $launcher 2>/dev/null
      xen_runc delete --force f8 || echo "delete after $wait s failed"
    done' </dev/null
  expect "" "$output" "complaints"
  leftovers_none
}

@test "failures: a guest that panics ends the container with 255" {
  run host '. /run/bundle.sh; engine_restart_with "cmdline = \"sysctl.kernel.panic_on_unrecovered_nmi=1\""
    docker_run -d --name victim $BUSYBOX sleep 600 >/dev/null
    xl trigger $(xl list | awk "NR == 3 { print \$2 }") nmi
    timeout 100 docker wait victim; docker rm -f victim; engine_restart_with ""' </dev/null
  expect $'255\nvictim' "$output" "what is seen"
  leftovers_none
}

# engine_dies_at VERBS has an engine end itself at each named point of these verbs (an ERE) in a container's life.
engine_dies_at() {
  # CREATE_DOMAIN_BUILT in the enum is create.domain-built in config.toml.
  points=$(grep -oE "^  ($1)_[A-Z_]+" \
    "$BATS_TEST_DIRNAME"/../../../../runtime/src/main/java/dev/xenrunc/container/CrashPoint.java |
    tr 'A-Z_' 'a-z-' | sed 's/^ *//; s/-/./' | tr '\n' ' ')
  [[ -n $points ]]
  refuses ". /run/crash.sh; bundle_make; engine_dies_at $points"
}

@test "failures: SIGKILL of the engine at every named point of create" {
  engine_dies_at CREATE
}

@test "failures: SIGKILL of the engine at every named point of start" {
  engine_dies_at START
}

@test "failures: SIGKILL of the engine at every named point of kill and delete, and of an end" {
  engine_dies_at 'KILL|DELETE|EXIT'
}
