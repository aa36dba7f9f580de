#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The probe in runc and in a domain, side by side in the same dom0 with the same flags: what differs is
# listed with a reason in probe/properties, and nothing else.
# It also depends on src/test/probe.

load helpers

PROBE=$BATS_TEST_DIRNAME/../../probe

setup_file() {
  make -s -C "$BATS_TEST_DIRNAME/../../probe"
  "$BATS_TEST_DIRNAME/../lab" cp "$BATS_TEST_DIRNAME/../../../../build/probe/probe" /run/probe/
}

# look NAME [FLAG…] runs the probe by docker run with these flags in both runtimes, one after the other.
look() {
  local name=$1 runtime flags=''
  shift
  (($# == 0)) || flags=$(printf '%q ' "$@")
  mkdir -p "$BATS_TEST_TMPDIR/$name"
  for runtime in runc xen; do
    host "docker run --rm --runtime=$runtime -v /run/probe:/opt:ro $flags \$BUSYBOX /opt/probe" \
      </dev/null >"$BATS_TEST_TMPDIR/$name/$runtime.json"
  done
}

@test "probe: every property is the same in runc and in a domain, or differs for a listed reason" {
  only_on_xen
  look default
  look set -u 1000:1000 --cap-drop ALL --cap-add NET_BIND_SERVICE --security-opt no-new-privileges --memory 64m \
    --pids-limit 50 --cpus 1 --ulimit nofile=100:200 --read-only --tmpfs /t:size=1m --hostname h \
    --sysctl net.core.somaxconn=200 --shm-size 8m -w /made/up

  "$PROBE/compare" lab "$BATS_TEST_TMPDIR/default" "$BATS_TEST_TMPDIR/set"
}
