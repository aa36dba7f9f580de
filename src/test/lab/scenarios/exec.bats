#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# docker exec: further processes in a running container, with and without a terminal.

load helpers

# with_box SCRIPT runs it when the container `box` runs: one for the whole file, a new one after a scenario that ends it.
with_box() {
  run host 'docker inspect box -f {{.State.Running}} 2>/dev/null | grep -q true || {
      docker rm -f box >/dev/null 2>&1
      docker_run -d --name box $BUSYBOX sleep 1200 >/dev/null || exit
    }
'"$1" </dev/null
}

KEEPS=yes
teardown_file() {
  remove_all
}

# bats test_tags=core
@test "exec: streams, codes, user, directory and environment" {
  with_box 'docker exec box sh -c "echo out; echo err >&2; exit 7" 2>/run/err; echo $?; cat /run/err
    docker exec -u 1000:1001 -w /tmp -e MARK=here box sh -c "id -u; id -g; pwd; echo \$MARK"
    docker exec box no-such-command >/dev/null 2>&1; echo $?
    docker exec box /etc/passwd >/dev/null 2>&1; echo $?'

  expect $'out\n7\nerr\n1000\n1001\n/tmp\nhere\n126\n126' "$output" "what they say"
}

@test "exec: -d returns at once, and the process runs on" {
  with_box 'docker exec -d box sh -c "sleep 1; echo done >/tmp/mark"; within 20 docker exec box grep done /tmp/mark && echo done'

  expect "done" "$output" "the mark"
}

@test "exec: twenty at once, each with its own output and code" {
  with_box 'for n in $(seq 20); do
      (docker exec box sh -c "echo from $n; exit $n" >/run/exec.$n; echo "code $?" >>/run/exec.$n) &
    done; wait
    for n in $(seq 20); do printf "from %s\ncode %s\n" $n $n | cmp - /run/exec.$n; done'

  expect "" "$output" "differences"
}

@test "exec: 10 MiB through cat come back unchanged" {
  with_box 'head -c 10485760 /dev/urandom >/run/sent; docker exec -i box cat </run/sent >/run/came; cmp /run/sent /run/came'

  expect "" "$output" "differences"
}

@test "exec: the end of stdin is seen, and the process goes on" {
  with_box 'printf "last " | docker exec -i box sh -c "cat; sleep 1; echo closed"'

  expect "last closed" "$output" "what it read and wrote"
}

@test "exec: a reader that stops reading blocks its own process alone" {
  with_box 'docker exec box sh -c "n=0; while head -c 65536 /dev/zero; do n=\$((n + 1)); echo \$n >/tmp/n; done" |
      { head -c 65536 >/dev/null; until [ -e /run/read-on ]; do sleep 0.2; done; cat >/dev/null; } &
    written() { docker exec box cat /tmp/n; }
    within 60 written
    blocked() { one=$(written); sleep 3; [ "$(written)" = "$one" ]; }
    within 60 blocked && echo blocked; before=$(written)
    touch /run/read-on; went_on() { [ "$(written)" -gt $((before + 10)) ]; }
    within 60 went_on && echo goes on
    rm /run/read-on; docker kill box >/dev/null; wait; docker wait box >/dev/null'

  expect $'blocked\ngoes on' "$output" "the writer"
}

@test "exec: -it has a terminal of the caller's size" {
  with_box 'script -qec "stty rows 30 cols 100; docker exec -it box sh -c \"
      sleep 2; stty size; tty -s && echo tty\"" /dev/null </dev/null | tr -d "\r"'

  [[ $output == *$'30 100\ntty'* ]]
}

@test "exec: -it follows a change of the caller's window" {
  with_box 'script -qec "tty >/run/pty; stty rows 30 cols 100; docker exec -it box sh -c \"
      trap \\\"echo told\\\" WINCH; while :; do stty size; sleep 0.5; done\"" /dev/null </dev/null >/run/sizes &
    within 60 grep "30 100" /run/sizes && ! grep -q told /run/sizes && echo before
    stty -F $(cat /run/pty) rows 50 cols 120
    within 60 grep "50 120" /run/sizes && grep -o told /run/sizes | head -n 1
    docker kill box >/dev/null; wait; docker wait box >/dev/null'

  expect $'before\ntold' "$output" "what the process sees"
}

@test "exec: into a container that has divided its cgroup" {
  run host 'docker_run -d --privileged --cgroupns private --name split $BUSYBOX sh -c "cd /sys/fs/cgroup
      mkdir first; echo 1 >first/cgroup.procs; echo +memory >cgroup.subtree_control; echo ready; sleep 600" >/dev/null
    within 60 sh -c "docker logs split | grep -q ready"
    docker exec split cat /sys/fs/cgroup/cgroup.subtree_control /proc/self/cgroup; docker rm -f split >/dev/null' </dev/null

  expect $'memory\n0::/first' "$output" "the groups"
}

@test "exec: a process by exec ends with the container" {
  with_box 'docker exec box sleep 600 & sleep 3; docker kill box >/dev/null; wait $!; echo $?; docker wait box >/dev/null'

  expect 137 "$output" "exit code of docker exec"
}
