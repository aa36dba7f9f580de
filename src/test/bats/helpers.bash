# SPDX-License-Identifier: Apache-2.0
# Loaded by every contract test. RUNTIME is the program under test: runc, whose behaviour is the rule,
# or xen-runc. Tests tagged `lab` are run on real Xen as well (src/test/lab/scenarios/contract.bats).

bats_require_minimum_version 1.5.0

setup() {
  work=$BATS_TEST_TMPDIR
  bundle=$work/bundle
  root=$BATS_RUN_TMPDIR/root
  id=t$BATS_SUITE_TEST_NUMBER-$$
  umask 022
  [[ -e $BATS_RUN_TMPDIR/bundle ]] || make_bundle "$BATS_RUN_TMPDIR/bundle"
  cp -a "$BATS_RUN_TMPDIR/bundle" "$bundle"
}

# make_bundle DIR makes the bundle that each test begins with a copy of: busybox, and what `runc spec` makes,
# without a terminal and limits.
make_bundle() {
  mkdir -p "$1.new/rootfs"/{bin,etc,proc,sys,dev,root,tmp}
  cp "$(command -v busybox)" "$1.new/rootfs/bin/busybox"
  for applet in sh cat sleep true false echo kill id env pwd head wc stty test tr sed grep; do
    ln "$1.new/rootfs/bin/busybox" "$1.new/rootfs/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$1.new/rootfs/etc/passwd"
  runc spec --bundle "$1.new"
  jq '.process.terminal = false | .process.args = ["sleep", "1200"] | .root.readonly = false
    | del(.linux.resources) | del(.process.rlimits)' "$1.new/config.json" >"$1.new/changed"
  mv "$1.new/changed" "$1.new/config.json"
  mv "$1.new" "$1"
}

teardown() {
  runtime delete --force "$id" >/dev/null 2>&1 </dev/null || true
}

runtime() {
  "$RUNTIME" --root "$root" --log "$work/log.json" --log-format json "$@"
}

# spec JQ-FILTER writes config.json: the first one, changed by the filter.
spec() {
  jq "$1" "$BATS_RUN_TMPDIR/bundle/config.json" >"$bundle/config.json"
}

# create [OPTION…] makes the container; its stdout and stderr go to files, so nothing holds ours.
create() {
  runtime create --bundle "$bundle" --pid-file "$work/pid" "$@" "$id" </dev/null >"$work/out" 2>"$work/err"
}

state() {
  runtime state "$id" </dev/null | jq -r .status
}

# within SECONDS COMMAND… tries until the command succeeds; where everything is slow, PATIENCE times as long.
within() {
  local end=$((SECONDS + $1 * ${PATIENCE:-1}))
  shift
  until "$@"; do
    ((SECONDS < end)) || {
      echo "waited in vain for: $*" >&2
      return 1
    }
    sleep 0.05
  done
}

# A stopped container has no process, which costs less to see than what the runtime says, where everything is slow.
is_status() {
  [[ $1 != stopped || ! -s $work/pid ]] || ended "$(<"$work/pid")" || return 1
  [[ $(state) == "$1" ]]
}

# ended PID: it is gone, or a zombie for whom it concerns.
ended() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  [[ ${stat##*) } == Z* ]]
}

expect() {
  [[ $2 == "$1" ]] && return 0
  printf '%s: expected\n%s\nbut it is\n%s\n' "$3" "$1" "$2" >&2
  return 1
}

# The last error that the shim would show.
logged_error() {
  jq -rs '[.[] | select(.level == "error")] | last | .msg' "$work/log.json"
}

# True if the runtime under test does in another way than runc what is named here, and docs/testing.md
# says why.
differs() {
  case $1 in
    # Only the guest can find what is wrong with a command.
    bad-process-at-start) ;;
    # The engine serves the whole host, so that no caller may fill it.
    config-limit) ;;
    # Numbers of processes are bounded by the channel's protocol.
    exec-limit) ;;
    # runc 1.1 kills the hook alone, and waits for its children as long as they have its stderr.
    hook-children) ;;
    # runc 1.1 warns that it will be refused from 1.2 on.
    cgroup-in-use) ;;
    # On a host with both versions runc freezes and thaws in version 1 alone.
    both-freezers) ;;
    # runc 1.1 takes up to 2 s with ten processes by exec on a busy machine.
    brief-delete) ;;
    *)
      echo "no such difference: $1" >&2
      exit 2
      ;;
  esac
  [[ $(basename "$RUNTIME") != runc ]]
}
