#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a process finds in its container: the same in runc and here, or listed with a reason in probe/properties.
# On runc itself it shows that what is compared does not change from run to run.

load helpers

PROBE=$BATS_TEST_DIRNAME/../probe

setup_file() {
  make -s -C "$BATS_TEST_DIRNAME/../probe"
}

# look RUNTIME FILE runs the probe by the spec in the bundle.
look() {
  local name=$id-${2##*/}
  # Of the caller runc's process inherits these, too.
  renice -n 0 $BASHPID >/dev/null
  echo 0 >/proc/$BASHPID/oom_score_adj
  env --default-signal "$1" --root "$root/${2##*/}" run --bundle "$bundle" "${name%.json}" </dev/null >"$2" 2>"$work/err" || {
    cat "$work/err" >&2
    return 1
  }
}

# see DIRECTORY looks with both runtimes.
see() {
  mkdir -p "$1"
  install -m 0755 "$PROBE/../../../build/probe/probe" "$bundle/rootfs/bin/probe"
  look runc "$1/runc.json"
  look "$RUNTIME" "$1/xen.json"
}

reviewed() {
  if [[ $(basename "$RUNTIME") == runc ]]; then
    # No difference can be seen here: the listed ones are what is complained of, and nothing else.
    ! "$PROBE/compare" all "$@" | grep -v 'same, but the list says that it differs$' | grep -E '^[a-z_]+: '
  else
    "$PROBE/compare" all "$@"
  fi
}

@test "probe: a default container, and one with everything set" {
  spec '.process.args = ["/bin/probe", "one", "two words"] | .hostname = "probe"'
  see "$work/default"
  spec '.process.args = ["/bin/probe"] | .process.user = {uid: 1000, gid: 1000, umask: 63, additionalGids: [5, 4]}
    | .process.capabilities = {bounding: ["CAP_NET_BIND_SERVICE"], effective: ["CAP_NET_BIND_SERVICE"],
        permitted: ["CAP_NET_BIND_SERVICE"], inheritable: ["CAP_NET_BIND_SERVICE"], ambient: ["CAP_NET_BIND_SERVICE"]}
    | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}, {type: "RLIMIT_CORE", soft: 0, hard: 0},
        {type: "RLIMIT_STACK", soft: 1048576, hard: 2097152}]
    | .process.oomScoreAdj = 100 | .process.cwd = "/made/up" | .process.env += ["A=b", "EMPTY="]
    | .hostname = "h" | .linux.sysctl = {"net.core.somaxconn": "200", "kernel.msgmax": "4096"}
    | .root.readonly = true
    | .mounts += [{destination: "/t", type: "tmpfs", source: "tmpfs", options: ["nosuid", "noexec", "size=1m", "mode=1777"]},
        {destination: "/u", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "size=64k"]}]
    | (.mounts[] | select(.destination == "/dev/shm") | .options) |= map(if startswith("size=") then "size=8m" else . end)'
  mkdir -m 1777 "$bundle/rootfs/t"
  mkdir -m 0750 "$bundle/rootfs/u"
  see "$work/set"

  reviewed "$work/default" "$work/set"
}
