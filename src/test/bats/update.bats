#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# update: other limits for a container that exists, which see what has come of them.

load helpers

# Everything is told in the log, from which `told` reads.
runtime() {
  "$RUNTIME" --debug --root "$root" --log "$work/log.json" --log-format json "$@"
}

running() {
  spec '.linux.resources = {"memory": {"limit": 100663296}}'
  create
  runtime start "$id" </dev/null
}

refused() {
  local text=$1
  shift
  run runtime update "$@" "$id" </dev/null
  expect 1 "$status" "exit code of update $*"
  expect "$text" "$(logged_error)" "error of update $*"
}

# seen FILE prints what a file of the container's cgroup v2 holds, seen inside; of version 1 what means the same.
seen() {
  # shellcheck disable=SC2016 # expanded in the container
  runtime exec "$id" sh -c '
    cd /sys/fs/cgroup
    [ ! -e "$1" ] || exec cat "$1"
    [ -e memory/memory.limit_in_bytes ] || exit 0
    case $1 in
      memory.max) cat memory/memory.limit_in_bytes ;;
      cpu.max) echo $(cat cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us) ;;
      cpu.weight) echo $((1 + ($(cat cpu/cpu.shares) - 2) * 9999 / 262142)) ;;
      pids.max) cat pids/pids.max ;;
    esac' - "$1" </dev/null
}

# told FILE prints the value that a running container was given last, if its agent says as often as it was given one
# that it has no such file: the cgroup v2 of a guest that is a local process may be without controllers.
told() {
  local values store
  values=$(jq -r '.msg | select(startswith("monitor: UPDATE "))' "$work/log.json" |
    sed -n "s/.*CGROUP_LIMIT{NAME=\"$1\" VALUE=\"\([^\"]*\)\"}.*/\1/p")
  store=$(dirname "$(grep -lx "label.id=$id" "$(dirname "$ENGINE_PID_FILE")"/store/*/domain.properties)")
  # Memory is limited before anybody asks, and then as the spec has it.
  [[ $1 != memory.max ]] || values=$'begin\nspec\n'$values
  expect "$(wc -l <<<"$values")" "$(grep -c "cgroup limit $1: this tree has no such controller" "$store/console")" \
    "how often the agent was given $1" && tail -n 1 <<<"$values"
}

limit() {
  local value
  value=$(seen "$1")
  [[ -n $value ]] || value=$(told "$1")
  echo "$value"
}

# limited FILE VALUE [FILE VALUE]…
limited() {
  while (($#)); do
    expect "$2" "$(limit "$1")" "$1"
    shift 2
  done
}

# sized MIB wants the container's domain to have that much memory, if it has one.
sized() {
  [[ $(basename "$RUNTIME") == runc ]] ||
    expect "$1" "$(runtime events --stats "$id" </dev/null | jq '.data.domain.memory / 1048576')" "MiB of the domain"
}

# runc knows none on a host that has version 1.
has_unified() {
  [[ $(basename "$RUNTIME") != runc || -e /sys/fs/cgroup/cgroup.controllers ]]
}

@test "update: memory goes down and back up, and other limits beside it" {
  running
  runtime update --memory 64m --pids-limit 50 "$id" </dev/null
  limited memory.max 67108864 pids.max 50
  sized 84
  runtime update --cpu-quota 50000 --cpu-period 100000 --cpu-share 512 "$id" </dev/null
  limited memory.max 67108864 pids.max 50 cpu.max "50000 100000" cpu.weight 20
  runtime update --memory=96MiB "$id" </dev/null
  limited memory.max 100663296 pids.max 50 cpu.max "50000 100000" cpu.weight 20
  sized 116
  expect running "$(state)" status
}

@test "update: limits come as JSON, on stdin and in a file" {
  running
  echo '{"memory":{"limit":67108864},"cpu":{"shares":256},"pids":{"limit":30}}' |
    runtime update --resources - "$id"
  limited memory.max 67108864 cpu.weight 10 pids.max 30
  echo '{"memory":{"limit":100663296},"blockIO":{"weight":0}}' >"$work/resources"
  runtime update -r "$work/resources" "$id" </dev/null
  limited memory.max 100663296
  expect running "$(state)" status

  run runtime update --resources - "$id" <<<'{"memory":'
  expect 1 "$status" "exit code for half a document"
  run runtime update --resources "$work/none" "$id" </dev/null
  expect 1 "$status" "exit code for a missing file"
  limited memory.max 100663296
}

@test "update: files of cgroup v2 are set by their names" {
  has_unified || skip "runc has no unified resources where cgroups are version 1"
  running
  limited cgroup.max.descendants max
  echo '{"unified":{"cgroup.max.descendants":"7"}}' | runtime update -r - "$id"
  limited cgroup.max.descendants 7
}

@test "update: a created container is updated before it is started" {
  spec '.linux.resources = {"memory": {"limit": 100663296}}'
  create
  runtime update --memory 64m "$id" </dev/null
  ! has_unified || runtime update -r - "$id" <<<'{"unified":{"cgroup.max.descendants":"7"}}'
  runtime start "$id" </dev/null
  ! has_unified || limited cgroup.max.descendants 7
  [[ $(seen memory.max) =~ ^(67108864)?$ ]]
  sized 84
  expect running "$(state)" status
}

@test "update: values that are no numbers are refused" {
  running
  runtime update --memory 64m "$id" </dev/null
  refused "invalid value for memory: invalid size: 'much'" --memory much
  refused "invalid value for memory-swap: invalid size: '1x'" --memory-swap 1x
  refused 'invalid value for cpu-quota: strconv.ParseInt: parsing "x": invalid syntax' --cpu-quota x
  refused 'invalid value for cpu-share: strconv.ParseUint: parsing "-1": invalid syntax' --cpu-share -1
  refused 'invalid value "x" for flag -pids-limit: parse error' --pids-limit x
  limited memory.max 67108864
}

@test "update: a container that has stopped is refused" {
  running
  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  refused "container not running" --memory 64m
}

@test "update: an unknown container and a missing id are refused" {
  run runtime update --memory 64m nobody </dev/null
  expect 1 "$status" "exit code"
  expect "container does not exist" "$(logged_error)" error
  run runtime update --memory 64m </dev/null
  expect 1 "$status" "exit code without an id"
}

@test "update: the limits' file may be a pipe or stdin" {
  create
  runtime start "$id" </dev/null
  runtime update -r <(echo '{"pids":{"limit":100}}') "$id" </dev/null
  limited pids.max 100
  echo '{"pids":{"limit":101}}' | runtime update -r /dev/stdin "$id"
  limited pids.max 101
}
