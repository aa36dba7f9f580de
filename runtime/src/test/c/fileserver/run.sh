#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh FILESERVER TESTS [NAME]: every test of the file server, or those of that name, once as it is and once with so
# few descriptors that nodes lose theirs all the time. Needs root, /dev/fuse, git, sqlite3 and gcc. Prints one closing line.
set -uo pipefail
server=$1 tests=$2 only=${3-}
cd "$(dirname "$0")" || exit
passed=0 failed=0
work=$(mktemp -d /var/tmp/fileserver-test.XXXXXX)
# A copy, because a build beside this may write a new one.
cp "$server" "$work/fileserver" && server=$work/fileserver
chmod 755 "$work" # other users come in, too
trap 'rm -rf "$work"' EXIT

# suite NAME COMMAND… takes the closing line of one program into the sum.
suite() {
  local name=$1 output closing
  shift
  [[ -z $only || ${name%%,*} == "$only" ]] || return 0
  output=$("$@" 2>&1)
  closing=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' <<<"$output" | tail -n 1)
  if [[ -z $closing ]]; then
    echo "$name: ended without a closing line"
    closing="0 passed, 1 failed"
  fi
  grep -vxF "$closing" <<<"$output"
  printf '%-24s %s\n' "$name" "$closing"
  passed=$((passed + ${closing%% passed*}))
  closing=${closing#*, }
  failed=$((failed + ${closing% failed}))
}

# tree NAME COMMAND… runs COMMAND HOST GUEST on a fresh export.
tree() {
  local name=$1
  shift
  rm -rf "$work/tree"
  mkdir -p "$work/tree/host/submount" "$work/tree/guest"
  # shellcheck disable=SC2016 # expanded by the inner shell
  suite "$name" timeout 600 unshare -m sh -c '
    mount -t tmpfs submount "$1/host/submount" && echo inside >"$1/host/submount/inside" || exit
    server=$2 tests=$3 top=$1
    shift 3
    exec "$tests/mount-exports" "$server" "$top/host=$top/guest" -- "$@" "$top/host" "$top/guest"' \
    sh "$work/tree" "$server" "$tests" "$@"
}

# peer NAME COMMAND… runs COMMAND DIRECTORY with an empty one.
peer() {
  local name=$1
  shift
  rm -rf "$work/peer"
  mkdir -p "$work/peer/tree"
  suite "$name" timeout 600 "$@" "$work/peer/tree"
}

edges() {
  local top="$work/edges"
  mkdir -p "$top/host/ro" "$top/guest/ro" "$top/guest/rw"
  printf text | tee "$top/host/ro/file" >"$top/host/single"
  touch "$top/guest/single"
  suite edges timeout 100 "$tests/mount-exports" "$server" "$top/host/ro=$top/guest/ro=ro" \
    "$top/host/ro=$top/guest/rw=exportro" "$top/host/single=$top/guest/single" \
    -- "$tests/edges-test" "$top/host" "$top/guest"
}

[[ -c /dev/fuse && $EUID = 0 ]] || {
  echo "the tests need root and /dev/fuse"
  exit 1
}
for kind in names contents attributes coherence; do
  tree "$kind" "$tests/$kind-test"
done
tree userland "$PWD/userland.sh"
edges
suite stuck "$PWD/stuck.sh" "$server" "$tests"
peer messages "$tests/messages-test" "$server"
peer server "$tests/server-test" "$server"

# Again, sanitized, and with 400 descriptors: at most 200 nodes stay open.
export FEW_FDS=1 ASAN_OPTIONS=detect_leaks=0
printf '#!/bin/sh\nulimit -n 400\nexec "%s"\n' "$tests/fileserver" >"$work/few"
chmod +x "$work/few"
real=$server server=$work/few
for kind in names contents attributes; do
  tree "$kind, few fds" "$tests/$kind-test"
done
tree "userland, few fds" "$PWD/userland.sh"
peer "messages, sanitized" "$tests/messages-test" "$tests/fileserver"

printf 'size: %s bytes\n' "$(stat -c %s "$real")"
echo "fileserver: $passed passed, $failed failed"
[[ $failed = 0 && $passed != 0 ]]
