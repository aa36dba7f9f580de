#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# start: the process runs, with the streams, arguments, environment, user and directory that it was given.

load helpers

# output ARGS… runs a process to its end and prints its stdout.
output_of() {
  spec ".process.args = $1 | ${2:-.}"
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  cat "$work/out"
}

@test "start: the process runs and its end is seen" {
  expect hello "$(output_of '["echo", "hello"]')" output
}

@test "start: stdout and stderr are apart" {
  output_of '["sh", "-c", "echo one; echo two >&2"]'

  expect one "$(cat "$work/out")" stdout
  expect two "$(cat "$work/err")" stderr
}

# bats test_tags=lab
@test "start: arguments, environment, directory and user are the spec's" {
  expect $'value\n/tmp\nuid=1000 gid=1001 groups=1002' \
    "$(output_of '["sh", "-c", "echo $NAME; pwd; id | sed s/,1001//"]' \
      '.process.env += ["NAME=value"] | .process.cwd = "/tmp" | .process.user = {uid: 1000, gid: 1001, additionalGids: [1002]}' |
      sed 's/ *groups=1001,1002/ groups=1002/; s/ *groups=1002/ groups=1002/')" output
}

# bats test_tags=lab
@test "start: the process is pid 1 of its own namespace" {
  expect 1 "$(output_of '["sh", "-c", "echo $$"]')" pid
}

@test "start: the hostname is the spec's" {
  expect there "$(output_of '["cat", "/proc/sys/kernel/hostname"]' '.hostname = "there"')" hostname
}

# The caller has a uts namespace of its own, which is not the engine's.
@test "start: without a uts namespace the container has its caller's names" {
  spec '.process.args = ["sh", "-c", "cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname"]
    | .hostname = "" | .linux.namespaces |= map(select(.type != "uts"))'
  export RUNTIME root work bundle id
  export -f runtime create
  unshare --uts bash -c 'echo callers-host >/proc/sys/kernel/hostname; echo callers.domain >/proc/sys/kernel/domainname
    create && runtime start "$id" </dev/null'
  within 10 is_status stopped
  expect $'callers-host\ncallers.domain' "$(cat "$work/out")" names
}

@test "start: a bind mount shows the host's directory" {
  mkdir "$work/volume"
  echo inside >"$work/volume/file"

  expect inside "$(output_of '["cat", "/data/file"]' \
    '.mounts += [{destination: "/data", type: "bind", source: "'"$work/volume"'", options: ["rbind", "ro"]}]')" output
}

# Something that says again what it hears stands for Docker's resolver: the answer is the query.
@test "start: a query for a name is answered by the resolver of the network namespace" {
  local query='\\0\\25\\22\\64\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3web\\0\\0\\1\\0\\1'
  ip netns add "$id"
  ip -n "$id" link set lo up
  ip netns exec "$id" busybox nc -ll -p 53 -e cat 3>&- &
  local resolver=$!
  within 5 ip netns exec "$id" busybox nc -w 1 127.0.0.11 53 </dev/null
  run output_of '["sh", "-c", "printf '"'$query'"' | busybox nc -w 2 127.0.0.11 53 | wc -c"]' \
    '.linux.namespaces |= map(if .type == "network" then .path = "/run/netns/'"$id"'" else . end)'
  kill "$resolver"
  ip netns del "$id"
  expect 23 "$output" "length of the answer"
}

@test "start: a container that runs is not started again" {
  create
  runtime start "$id" </dev/null

  run runtime start "$id" </dev/null
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *"cannot start an already running container"* ]]
}

@test "start: a container that has stopped is not started again" {
  output_of '["true"]'

  run runtime start "$id" </dev/null
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *"cannot start a container that has stopped"* ]]
}

@test "start: an unknown container does not exist" {
  run runtime start "$id" </dev/null
  expect 1 "$status" "exit code"
  expect "container does not exist" "$(logged_error)" error
}
