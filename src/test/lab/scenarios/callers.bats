#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Whoever starts the engine, it holds nothing of its caller and outlives it.

load helpers

setup_file() {
  RUNTIME=xen
  "$BATS_TEST_DIRNAME/../lab" cp "$BATS_TEST_DIRNAME/bundle.sh" /run/
  host '. /run/bundle.sh; bundle_make' </dev/null
}

setup() {
  only_on_xen
  host '. /run/bundle.sh; engine_end' </dev/null
}

# What an engine must not have: the caller's descriptors, session, cgroup, environment, directory.
engine_is_free() {
  run host '. /run/bundle.sh; pid=$(engine_pid); [ -n "$pid" ] || echo "no engine is running"
    [ "$(ps -o ppid= -p $pid | tr -d " ")" = 1 ] || echo "a child of $(ps -o args= -p $(ps -o ppid= -p $pid))"
    ls -l /proc/$pid/fd | grep -E "/dev/pts|docker|containers/storage"
    # Of a pipe of its own (libxl has them) it holds both ends.
    ls -l /proc/$pid/fd | grep -o "pipe:.*" | sort | uniq -c | grep -v "^ *2 "
    [ "$(readlink /proc/$pid/cwd)" = / ] || readlink /proc/$pid/cwd
    tr "\0" "\n" </proc/$pid/environ | grep -vE "^(PATH|LANG|JAVA_HOME|HOME)=|^PWD=/$"
    grep -E "docker|ssh|session|libpod|lab-scope|containerd" /proc/$pid/cgroup
    [ "$(cat /proc/$pid/oom_score_adj)" = 0 ] || echo "oom score $(cat /proc/$pid/oom_score_adj)"
    [ "$(ps -o sid= -p $pid | tr -d " ")" != "$(ps -o sid= -p $$ | tr -d " ")" ] || echo "same session"
    for ns in mnt net ipc uts pid; do cmp -s /dev/null /dev/null; [ "$(readlink /proc/$pid/ns/$ns)" = "$(readlink /proc/1/ns/$ns)" ] || echo "$ns namespace"; done' </dev/null
  expect "" "$output" "what the engine holds"
}

@test "callers: the engine started from containerd's shim outlives the shim" {
  host 'docker_run --rm $BUSYBOX true' </dev/null

  engine_is_free
  host 'systemctl restart containerd docker; within 60 docker version' </dev/null
  engine_is_free
}

@test "callers: the engine started from an ssh session outlives it" {
  host '. /run/bundle.sh; xen_runc create --bundle $bundle c1 </dev/null >/dev/null 2>&1; xen_runc delete --force c1' </dev/null

  engine_is_free
}

@test "callers: the engine started from systemd-run --scope outlives the scope's stop" {
  host '. /run/bundle.sh
    systemd-run --quiet --scope --unit=lab-scope sh -c ". /run/bundle.sh; xen_runc create --bundle $bundle c2 </dev/null >/dev/null 2>&1; xen_runc delete --force c2; sleep 1 & wait"
    systemctl stop lab-scope.scope 2>/dev/null; true' </dev/null

  engine_is_free
}

@test "callers: the engine started from podman's conmon" {
  host 'podman image exists xen-demo/busybox || docker save xen-demo/busybox | podman load -q >/dev/null
    podman run --rm --runtime /usr/sbin/xen-runc xen-demo/busybox echo hello | grep hello' </dev/null

  engine_is_free
  # It waits for all its children, however long they live.
  host 'within 20 sh -c "! pgrep -x conmon"' </dev/null
}
