#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The host's cgroup of a container: cgroupsPath and whoever has the cgroup already.

load helpers

setup_file() {
  # The engine of xen-runc is there before anybody takes the time.
  "$RUNTIME" --root "$BATS_RUN_TMPDIR/root" list >/dev/null
}

# The freezer's file of a cgroup, with what it holds when the cgroup is frozen and when it is not.
if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
  freezer() { echo "/sys/fs/cgroup/$1/cgroup.freeze"; }
  frozen=1 thawed=0
else
  freezer() { echo "/sys/fs/cgroup/freezer/$1/freezer.state"; }
  frozen=FROZEN thawed=THAWED
fi

freeze() {
  mkdir -p "$(dirname "$(freezer "$1")")"
  echo "$frozen" >"$(freezer "$1")"
}

thaw() {
  [[ ! -e $(freezer "$1") ]] || echo "$thawed" >"$(freezer "$1")"
}

# A running container whose cgroup somebody has frozen.
frozen_container() {
  spec '.linux.cgroupsPath = "/frozen-'$$'"'
  create
  runtime start "$id" </dev/null
  freeze "frozen-$$"
}

teardown() {
  thaw "frozen-$$"
  runtime delete --force "$id" >/dev/null 2>&1 </dev/null || true
  runtime delete --force "$id-2" >/dev/null 2>&1 </dev/null || true
  find /sys/fs/cgroup -depth -type d -path "*/*-$$*" -exec rmdir {} + 2>/dev/null || true
}

# bats test_tags=lab
@test "cgroup: a frozen one is refused at once, and nothing is left in it" {
  freeze "frozen-$$"
  spec '.process.args = ["true"] | .linux.cgroupsPath = "/frozen-'$$'"'

  run timeout $((10 * ${PATIENCE:-1})) "$RUNTIME" --root "$root" --log "$work/log.json" --log-format json \
    run --bundle "$bundle" "$id" </dev/null
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *"container's cgroup unexpectedly frozen" ]]
  expect "" "$(cat "$(dirname "$(freezer "frozen-$$")")/cgroup.procs")" "processes in it"
  run ! runtime state "$id"
}

# bats test_tags=lab
@test "cgroup: what is frozen by hand dies of SIGKILL" {
  frozen_container

  runtime kill "$id" KILL </dev/null
  within 15 is_status stopped
  runtime delete "$id" </dev/null
}

# bats test_tags=lab
@test "cgroup: what is frozen by hand is deleted by force" {
  frozen_container

  timeout $((30 * ${PATIENCE:-1})) "$RUNTIME" --root "$root" delete --force "$id" </dev/null
  run ! test -e "$(freezer "frozen-$$")"
}

is_thawed() {
  [[ $(cat "$(freezer "$1")") == "$thawed" ]]
}

# A process that is frozen in version 2 dies at once, and then nothing tells where it was.
# bats test_tags=lab
@test "cgroup: what is frozen by hand and killed leaves none that is frozen" {
  if [[ -e /sys/fs/cgroup/unified ]] && differs both-freezers; then
    freezer() { echo "/sys/fs/cgroup/unified/$1/cgroup.freeze"; }
    frozen=1 thawed=0
  fi
  frozen_container

  runtime kill "$id" KILL </dev/null
  within 15 is_status stopped
  within 5 is_thawed "frozen-$$"
  runtime delete "$id" </dev/null
}

# bats test_tags=lab
@test "cgroup: a stopped process by exec does not outlive delete, and its cgroup can be used again" {
  spec '.linux.cgroupsPath = "/shared-'$$'"'
  create
  runtime start "$id" </dev/null
  runtime exec --detach --pid-file "$work/exec.pid" "$id" sleep 600 </dev/null >/dev/null 2>&1
  pid=$(cat "$work/exec.pid")
  kill -STOP "$pid"

  runtime delete --force "$id" </dev/null
  within 5 ended "$pid"
  create
  runtime delete "$id" </dev/null
}

# bats test_tags=lab
@test "cgroup: one that has processes is refused" {
  spec '.linux.cgroupsPath = "/shared-'$$'"'
  create

  status=0
  runtime create --bundle "$bundle" "$id-2" </dev/null >"$work/out" 2>"$work/err" || status=$?
  [[ $(cat "$work/log.json") =~ "container's cgroup is not empty: "[0-9]+" process(es) found" ]]
  if differs cgroup-in-use; then
    expect 1 "$status" "exit code"
    expect created "$(state)" "status of the first"
  fi
}
