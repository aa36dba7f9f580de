#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What dockerd asks of a runtime besides create, start and delete.

load helpers

@test "docker: a health check turns healthy" {
  run host 'docker_run -d --name well --health-cmd "test -e /tmp/ready" --health-interval 2s --health-timeout 30s --health-retries 20 $BUSYBOX sh -c "sleep 3; touch /tmp/ready; sleep 600" >/dev/null
    within 90 sh -c "docker inspect -f {{.State.Health.Status}} well | grep -x healthy" && echo healthy' </dev/null

  expect healthy "$output" "health"
}

@test "docker: pause holds a container, unpause lets it go on" {
  run host 'docker_run -d --name held $BUSYBOX sh -c "while :; do date +%s >/tmp/then; mv /tmp/then /tmp/now; sleep 0.2; done" >/dev/null
    within 60 docker exec held test -s /tmp/now
    docker pause held >/dev/null; docker inspect -f "{{.State.Status}}" held
    docker exec held true 2>&1 | grep -o "is paused"
    docker unpause held >/dev/null; docker inspect -f "{{.State.Status}}" held
    before=$(docker exec held cat /tmp/now); sleep 3; [ "$(docker exec held cat /tmp/now)" -gt "$before" ] && echo goes on
    docker pause held >/dev/null; docker kill held >/dev/null; docker wait held' </dev/null

  expect $'paused\nis paused\nrunning\ngoes on\n137' "$output" "states"
}

@test "docker: kill -s USR1 reaches the process" {
  run host 'docker_run -d --name told $BUSYBOX sh -c "trap \"echo told\" USR1; echo ready; while :; do sleep 0.1; done" >/dev/null
    within 60 sh -c "docker logs told | grep -q ready"
    docker kill -s USR1 told >/dev/null; within 20 sh -c "docker logs told | grep -q told" && docker inspect -f "{{.State.Status}}" told' </dev/null

  expect running "$output" "status after the signal"
}

@test "docker: attach gets the streams, and detach keys leave the container alone" {
  run host 'docker_run -di --name open $BUSYBOX sh -c "while read word; do echo got \$word; done" >/dev/null
    { (sleep 2; echo one; sleep 12) | timeout -s KILL 10 docker attach open; } 2>/dev/null
    docker_run -dit --name seen $BUSYBOX sh -c "while read word; do echo got \$word; done" >/dev/null
    (sleep 4; printf "two\r"; sleep 3; printf "\020\021"; sleep 2) | script -qec "docker attach seen" /dev/null | grep -o "got two"
    docker inspect -f "{{.State.Status}}" seen' </dev/null

  expect $'got one\ngot two\nrunning' "$output" "what attach saw"
}

@test "docker: run -it has a terminal of the caller's size" {
  run host 'sleep 20 | script -qec "stty rows 30 cols 100; docker run --rm -it --runtime=$RUNTIME $BUSYBOX sh -c \"sleep 1; stty size; exit 5\"; echo code \$?" /dev/null | tr -d "\r"' </dev/null

  [[ $output == *$'30 100\n'*"code 5"* ]]
}

@test "docker: top lists the container's processes" {
  run host 'docker_run -d --name topped $BUSYBOX sleep 600 >/dev/null
    within 60 docker exec topped true
    docker top topped | awk "NR == 1 { print \$2 }" && docker top topped | grep -o "sleep 600"
    tr "\0" " " </proc/$(docker inspect -f "{{.State.Pid}}" topped)/cmdline' </dev/null

  expect $'PID\nsleep 600\nsleep 600 ' "$output" "header, its process, and the command line of its pid"
}

@test "docker: on-failure:3 restarts three times" {
  run host 'docker_run -d --name again --restart on-failure:3 $BUSYBOX sh -c "echo run; exit 9" >/dev/null
    within 200 sh -c "docker inspect -f {{.RestartCount}},{{.State.Status}} again | grep -x 3,exited"
    docker logs again | wc -l; docker wait again' </dev/null

  expect $'4\n9' "$output" "runs and the last code"
}

@test "docker: stop kills a process that ignores TERM" {
  run host 'docker_run -d --name deaf $BUSYBOX sh -c "trap \"\" TERM; echo ready; while :; do sleep 0.1; done" >/dev/null
    within 60 sh -c "docker logs deaf | grep -q ready"
    docker stop -t 2 deaf >/dev/null; docker wait deaf' </dev/null

  expect 137 "$output" "exit code"
}

@test "docker: --init, wait and rename" {
  run host 'docker_run -d --init --name old $BUSYBOX sleep 600 >/dev/null
    within 60 docker exec old grep -a init /proc/1/cmdline
    docker rename old new; (sleep 1; docker stop -t 20 new >/dev/null) & docker wait new; wait; docker ps -a --format "{{.Names}}"' </dev/null

  expect $'143\nnew' "$output" "code and name"
}

@test "docker: with live-restore containers outlive a restart of the daemon" {
  run host 'cp /etc/docker/daemon.json /run/daemon.kept
    jq ". + {\"live-restore\": true}" /run/daemon.kept >/etc/docker/daemon.json; systemctl reload docker; sleep 2
    docker_run -d --name lasting $BUSYBOX sh -c "n=0; while :; do n=\$((n + 1)); echo \$n >/tmp/n; sleep 0.2; done" >/dev/null
    within 60 docker exec lasting test -s /tmp/n
    systemctl restart docker; within 120 docker version
    docker inspect -f "{{.State.Status}}" lasting; docker exec lasting test -s /tmp/n && echo still there
    docker stop -t 5 lasting >/dev/null; docker wait lasting
    cp /run/daemon.kept /etc/docker/daemon.json; systemctl reload docker' </dev/null

  expect $'running\nstill there\n137' "$output" "after the restart"
}
