#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# features: what dockerd and containerd ask for, and what is done.

load helpers

features() {
  "$RUNTIME" features
}

@test "features: the members that callers read, with their types" {
  features | jq -es 'length == 1 and (.[0] | (.ociVersionMin | type) == "string" and (.ociVersionMax | type) == "string"
    and (.linux.namespaces | index("network")) and (.linux.cgroup.systemd | type) == "boolean"
    and (.linux.seccomp.enabled | type) == "boolean" and (.linux.apparmor.enabled | type) == "boolean")'
}

@test "features: every kind of hook" {
  expect "createContainer createRuntime poststart poststop prestart startContainer" \
    "$(features | jq -r '.hooks | sort | join(" ")')" hooks
}

@test "features: every mount option that is announced is taken" {
  local options
  # remount changes a mount that is there, and bind ones need a source: those have tests of their own.
  options=$(features | jq -c '[.mountOptions[] | select(test("^(defaults|r?bind|remount|acl|noacl|mand|loud|silent|iversion|noiversion|tmpcopyup|.*idmap)$") | not)
    | select(test("^r(ro|rw|suid|nosuid|dev|nodev|exec|noexec|.*atime|.*symfollow)$") | not)]')
  (($(jq length <<<"$options") > 15))
  for option in $(jq -r '.[]' <<<"$options"); do
    spec '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["'"$option"'"]}]'
    create || expect "a container" "$(logged_error)" "mount option $option"
    runtime start "$id" </dev/null || expect "a container" "$(logged_error)" "mount option $option"
    runtime delete --force "$id" </dev/null
  done
}

@test "features: an argument and a flag are refused" {
  run "$RUNTIME" features extra
  expect 1 "$status" "exit code"
  run "$RUNTIME" features --no-such
  expect 1 "$status" "exit code"
}
