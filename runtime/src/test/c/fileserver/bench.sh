#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bench.sh FILESERVER TESTS: latency, throughput and memory of a file server on this machine's kernel.
set -euo pipefail
work=$(mktemp -d /var/tmp/fileserver-bench.XXXXXX)
trap 'rm -rf "$work"' EXIT
mkdir "$work/host" "$work/guest"
# shellcheck disable=SC2016 # expanded by the inner shell
"$2/mount-exports" "$1" "$work/host=$work/guest" -- sh -c '
  "$0/bench" "$1" "$2" || exit
  for pid in $(pgrep -P "$(pgrep -P "$PPID" -f "^$3")") $(pgrep -P "$PPID" -f "^$3"); do
    awk -v pid="$pid" "/^Pss:/ {print \"PSS of process\", pid \":\", \$2, \"KiB\"}" "/proc/$pid/smaps_rollup"
  done' "$2" "$work/host" "$work/guest" "$1"
