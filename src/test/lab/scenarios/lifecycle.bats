#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Containers in the background: run -d, logs, ps, stop, rm; several at once.

load helpers

@test "lifecycle: run -d, ps, logs, stop, rm" {
  run host 'docker_run -d --name one $BUSYBOX sh -c "trap exit TERM; echo hello; while :; do sleep 0.1; done" >/dev/null
    within 60 sh -c "docker logs one | grep -q hello"
    docker ps --format "{{.Names}} {{.State}}"
    docker stop -t 20 one; docker ps -a --format "{{.Names}} {{.State}}"
    docker rm one; docker ps -aq | wc -l' </dev/null

  expect $'one running\none\none exited\none\n0' "$output" "the life of a container"
}

# bats test_tags=core
@test "lifecycle: two containers at once, each with its own kernel" {
  run host 'for name in aa bb; do docker_run -d --name $name $BUSYBOX sh -c "echo $name; sleep 600" >/dev/null & done; wait
    for name in aa bb; do within 60 sh -c "docker logs $name | grep -q $name" && echo up $name; done' </dev/null

  expect $'up aa\nup bb' "$output" "both containers"
  if [[ $RUNTIME == xen ]]; then
    run host 'xl list | tail -n +3 | wc -l' </dev/null
    expect 2 "$output" "domains besides Domain-0"
  fi
}
