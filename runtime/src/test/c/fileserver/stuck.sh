#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# stuck.sh FILESERVER TESTS: three requests that hang on the host's disk hold up no other. The disk is
# another file server's mount, which is stopped.
set -u
server=$1 tests=$2
work=$(mktemp -d /var/tmp/fileserver-stuck.XXXXXX)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{disk,slow,fast,guest-slow,guest-fast}
for name in 1 2 3; do echo "$name" >"$work/disk/$name"; done
echo fast >"$work/fast/file"
export work server tests

inner() {
  local reader readers=() held
  # This shell's parent is the mount-exports of the disk.
  disk=$(pgrep -P "$(pgrep -P "$1" | head -n 1)")
  cat "$work/guest-fast/file" >/dev/null
  kill -STOP "$disk"
  for reader in 1 2 3; do
    cat "$work/guest-slow/$reader" >"$work/out-$reader" &
    readers+=($!)
  done
  sleep 1
  held=$(cat "$work"/out-*)
  [ "$(timeout 10 cat "$work/guest-fast/file")" = fast ] && touch "$work/guest-fast/new" || held=failed
  kill -CONT "$disk"
  wait "${readers[@]}"
  [ -z "$held" ] && [ "$(cat "$work"/out-*)" = $'1\n2\n3' ]
}
export -f inner

# shellcheck disable=SC2016 # expanded by the inner shells
if timeout 60 "$tests/mount-exports" "$server" "$work/disk=$work/slow" -- bash -c '
  exec "$tests/mount-exports" "$server" "$work/slow=$work/guest-slow" "$work/fast=$work/guest-fast" \
    -- bash -c "inner $PPID"'; then
  echo "1 passed, 0 failed"
else
  echo "0 passed, 1 failed"
fi
