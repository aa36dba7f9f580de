#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Other engines than dockerd: containerd by ctr, and podman.

load helpers

setup() {
  case $RUNTIME in
    xen) binary=/usr/sbin/xen-runc ;;
    *) binary=/usr/sbin/runc ;;
  esac
}

@test "engines: ctr runs, executes in, pauses, kills and deletes a container" {
  run host "binary=$binary"'
    docker save $BUSYBOX | ctr image import - >/dev/null
    image=docker.io/$BUSYBOX:latest
    ctr run --rm --runtime io.containerd.runc.v2 --runc-binary $binary $image once sh -c "echo hello; exit 3"; echo $?
    ctr run -d --runtime io.containerd.runc.v2 --runc-binary $binary $image long sleep 600
    within 60 ctr task exec --exec-id first long true
    ctr task exec --exec-id second long sh -c "echo inside; exit 4"; echo $?
    ctr task pause long; ctr task ls | grep -o PAUSED; ctr task resume long
    ctr task kill -s KILL long; within 30 sh -c "ctr task ls | grep STOPPED"
    ctr task delete long 2>&1 | grep -o "exit code 137"; ctr container delete long; ctr container ls -q | wc -l' </dev/null

  expect $'hello\n3\ninside\n4\nPAUSED\nexit code 137\n0' "$output" "what ctr says"
}

@test "engines: podman runs, executes in, stops and removes a container" {
  run host "binary=$binary"'
    podman image exists $BUSYBOX || docker save $BUSYBOX | podman load -q >/dev/null
    podman --runtime $binary run --rm $BUSYBOX sh -c "echo hello; exit 3"; echo $?
    podman --runtime $binary run -d --name long $BUSYBOX sh -c "trap \"echo bye; exit 5\" TERM; echo up; while :; do sleep 0.1; done" >/dev/null
    within 60 sh -c "podman logs long | grep -q up"
    podman --runtime $binary exec long sh -c "echo inside; exit 4"; echo $?
    podman --runtime $binary stop -t 20 long >/dev/null; podman logs long; podman wait long
    podman --runtime $binary rm long >/dev/null; podman ps -aq | wc -l' </dev/null

  expect $'hello\n3\ninside\n4\nup\nbye\n5\n0' "$output" "what podman says"
}
